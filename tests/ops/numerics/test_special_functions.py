"""Special functions against values that were computed with 50 digits (by mpmath)."""

from typing import Any

import numpy as np
import pytest

from graphlog.ops.numerics import bessel, error_function, gamma, incomplete_beta, incomplete_gamma

FUNCTIONS = {
    name: getattr(module, name)
    for module, names in {
        bessel: ("i0e", "i1e"),
        error_function: ("erf", "erfc"),
        gamma: ("digamma", "lgamma", "polygamma", "zeta"),
        incomplete_beta: ("betainc",),
        incomplete_gamma: ("igamma", "igamma_by_a", "igammac"),
    }.items()
    for name in names
}
VALUES: list[tuple[str, tuple[float, ...], float]] = [
    ("erf", (-3.5,), -0.99999925690162766),
    ("erfc", (-3.5,), 1.9999992569016277),
    ("erf", (-0.25,), -0.27632639016823693),
    ("erfc", (-0.25,), 1.2763263901682369),
    ("erf", (1e-09,), 1.1283791670955126e-9),
    ("erfc", (1e-09,), 0.99999999887162083),
    ("erf", (0.75,), 0.71115563365351513),
    ("erfc", (0.75,), 0.28884436634648487),
    ("erf", (1.0000001,), 0.84270083446046048),
    ("erfc", (1.0000001,), 0.15729916553953952),
    ("erf", (4.0,), 0.9999999845827421),
    ("erfc", (4.0,), 1.5417257900280019e-8),
    ("erf", (25.0,), 1.0),
    ("erfc", (25.0,), 8.3001725711965228e-274),
    ("lgamma", (-10.25,), -14.203997900931091),
    ("lgamma", (-0.5,), 1.2655121234846454),
    ("lgamma", (1e-08,), 18.420680738180209),
    ("lgamma", (0.9999999,), 5.7721574684441928e-8),
    ("lgamma", (1.5,), -0.12078223763524522),
    ("lgamma", (2.0000001,), 4.2278436665324979e-8),
    ("lgamma", (3.0,), 0.69314718055994531),
    ("lgamma", (7.75,), 8.0254583963159839),
    ("lgamma", (100.0,), 359.1342053695754),
    ("lgamma", (1000000000000.0,), 26631021115915.652),
    ("digamma", (-10.25,), 5.5168584198862733),
    ("digamma", (-0.5,), 0.036489973978576521),
    ("digamma", (1e-08,), -100000000.57721565),
    ("digamma", (1.4616321449683622,), -9.2412655217294275e-17),
    ("digamma", (2.0,), 0.42278433509846714),
    ("digamma", (9.5,), 2.1977378764029495),
    ("digamma", (100000.0,), 11.512920464961895),
    ("zeta", (1.0001, 0.5), 10001.963645377935),
    ("zeta", (2.0, 1.0), 1.6449340668482264),
    ("zeta", (5.5, 30.0), 5.3960294110093157e-8),
    ("zeta", (40.0, 0.25), 1.2089258196146292e24),
    ("zeta", (2.0, 0.001), 1000001.6425331958),
    ("zeta", (3.0, -2.5), 0.054102025820863702),
    ("zeta", (2.0, -100.75), 19.729332339250961),
    ("polygamma", (1.0, 0.5), 4.9348022005446793),
    ("polygamma", (2.0, 3.25), -0.12815694713911512),
    ("polygamma", (7.0, 12.0), 2.6599144024323066e-5),
    ("igamma", (0.01, 0.5), 0.99437324380603282),
    ("igammac", (0.01, 0.5), 0.0056267561939671841),
    ("igamma", (0.5, 0.5), 0.6826894921370859),
    ("igammac", (0.5, 0.5), 0.3173105078629141),
    ("igamma", (2.0, 0.01), 4.9667913340265892e-5),
    ("igammac", (2.0, 0.01), 0.99995033208665973),
    ("igamma", (10.0, 12.0), 0.75760783832948765),
    ("igammac", (10.0, 12.0), 0.24239216167051235),
    ("igamma", (99.0, 120.0), 0.97780650577939959),
    ("igammac", (99.0, 120.0), 0.022193494220600411),
    ("igamma", (150.0, 100.0), 1.88421046603867e-6),
    ("igammac", (150.0, 100.0), 0.99999811578953396),
    ("igamma", (1000.0, 1010.0), 0.62767894473699473),
    ("igammac", (1000.0, 1010.0), 0.37232105526300527),
    ("igamma_by_a", (0.5, 0.5), -0.64720035237775388),
    ("igamma_by_a", (0.5, 4.0), -0.016565975346630366),
    ("igamma_by_a", (10.0, 9.0), -0.12703651192426839),
    ("igamma_by_a", (10.0, 14.0), -0.056690997715325729),
    ("igamma_by_a", (200.0, 190.0), -0.022352828341550041),
    ("betainc", (0.5, 2.0, 0.3), 0.73942545263197424),
    ("betainc", (10.0, 0.5, 0.9), 0.15164090963470997),
    ("betainc", (200.0, 300.0, 0.45), 0.98814634562026288),
    ("betainc", (1.0, 1.0, 0.25), 0.25),
    ("i0e", (-2.0,), 0.30850832255367104),
    ("i1e", (-2.0,), -0.21526928924893766),
    ("i0e", (1e-06,), 0.99999900000075),
    ("i1e", (1e-06,), 4.9999950000031248e-7),
    ("i0e", (7.5,), 0.1483158300773955),
    ("i1e", (7.5,), 0.1380412115485542),
    ("i0e", (9.0,), 0.13495952458172301),
    ("i1e", (9.0,), 0.12722498393589121),
    ("i0e", (10000.0,), 0.0039894726746047321),
    ("i1e", (10000.0,), 0.0039892731959836623),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), VALUES)
def test_values(name: str, arguments: tuple[float, ...], expected: float) -> None:
    found = FUNCTIONS[name](*map(np.asarray, arguments))
    # Near its root, digamma is as small as a rounding error.
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-15)


INFINITE, UNDEFINED = np.inf, np.nan
ENDS: list[tuple[str, tuple[float, ...], float]] = [
    *[("lgamma", (x,), INFINITE) for x in (-np.inf, -2.0, -0.0, 0.0, np.inf)],
    *[("digamma", (x,), INFINITE) for x in (-np.inf, -2.0, 0.0, np.inf)],
    *[(name, (np.nan,), UNDEFINED) for name in ("erf", "erfc", "lgamma", "digamma", "i0e", "i1e")],
    *(("erf", (np.inf,), 1), ("erf", (-np.inf,), -1), ("erfc", (np.inf,), 0), ("erfc", (-np.inf,), 2)),
    *(("zeta", (1.0, 2.0), INFINITE), ("zeta", (2.0, -3.0), INFINITE), ("zeta", (0.5, 2.0), UNDEFINED)),
    *(("zeta", (2.5, -0.5), UNDEFINED), ("polygamma", (0.5, 2.0), UNDEFINED)),
    *(("polygamma", (-1.0, 2.0), UNDEFINED), ("polygamma", (1.0, -1.0), INFINITE)),
    *(("igamma", (2.0, 0.0), 0), ("igamma", (2.0, np.inf), 1), ("igamma", (-1.0, 2.0), UNDEFINED)),
    *(("igamma", (2.0, -1.0), UNDEFINED), ("igammac", (2.0, 0.0), 1), ("igammac", (2.0, np.inf), 0)),
    *(
        ("betainc", (1.0, 2.0, 0.0), 0),
        ("betainc", (1.0, 2.0, 1.0), 1),
        ("betainc", (1.0, 2.0, 1.5), UNDEFINED),
    ),
    ("i1e", (0.0,), 0),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), ENDS)
def test_ends_of_the_domain_are_those_of_tensorflow(
    name: str, arguments: tuple[float, ...], expected: float
) -> None:
    with np.errstate(all="ignore"):
        found = FUNCTIONS[name](*map(np.asarray, arguments))
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (3, 1)])
def test_shapes(name: str, shape: tuple[int, ...]) -> None:
    count = {"betainc": 3, "zeta": 2, "polygamma": 2}.get(name, 2 if name.startswith("igamma") else 1)
    arguments: list[Any] = [np.full(shape, 0.5 + place) for place in range(count)]
    assert FUNCTIONS[name](*arguments).shape == shape
