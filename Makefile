# Every target starts from a bare machine with Python 3.11 or later and make: what it needs, it makes.
#
# An environment is a folder .venv*; a stamp file in it says which of the project's extras it holds.
# pyproject.toml is what an environment is made from, so a newer pyproject.toml installs it again.

ifeq ($(OS),Windows_NT)
BIN := Scripts
else
BIN := bin
endif

# The newest interpreter found that is 3.11 or later; PYTHON=... on the command line says which one.
FIRST_GOOD = for python in python3.14 python3.13 python3.12 python3.11 python3 python py; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$python" && break; \
	done
PYTHON ?= $(shell $(FIRST_GOOD))

RUN := .venv/$(BIN)/
PIP := -m pip install --quiet --disable-pip-version-check
LOGDIR ?= logs

.PHONY: help demo view test lint format protos test-tensorflow test-torch test-jax test-oldest test-wheel fuzz bench crash-matrix damage-matrix docs wheel clean
.DELETE_ON_ERROR:

help: ## list these targets
	@awk -F ': .*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

demo: .venv/runtime.stamp ## run the blog's program, print its gradients and log its graph
	$(RUN)python examples/backprop.py
	$(RUN)python examples/backprop_gradients.py
	@echo
	@echo 'Graph and gradients are in logs. To see them in TensorBoard:'
	@echo
	@echo '    $(RUN)tensorboard --logdir logs'

view: .venv/runtime.stamp ## open TensorBoard on logs, for this machine only
	$(RUN)tensorboard --logdir $(LOGDIR) --host 127.0.0.1

test: .venv/test.stamp ## run every test
	$(RUN)python -m pytest -q -n 2 --dist loadgroup

lint: .venv/dev.stamp ## check style and types
	$(RUN)ruff check
	$(RUN)ruff format --check
	$(RUN)interrogate --quiet graphlog
	$(RUN)mypy

format: .venv/dev.stamp ## put the code into the house's format
	$(RUN)ruff check --fix
	$(RUN)ruff format

protos: .venv-protos/protos.stamp ## generate graphlog/proto from protos
	.venv-protos/$(BIN)/python protos/generate.py

test-tensorflow: .venv-tensorflow/tensorflow.stamp ## run what graphlog writes in real TensorFlow 2
	.venv-tensorflow/$(BIN)/python -m pytest -q -m tensorflow tests/tensorflow

test-torch: .venv-torch/torch.stamp ## run what is about PyTorch in an environment that has it
	.venv-torch/$(BIN)/python -m pytest -q tests/adapters tests/writers/test_summary_writer_torch_graphs.py tests/examples/test_torch_examples.py tests/docs tests/browser/test_framework_profiles.py

test-jax: .venv-jax/jax.stamp ## run what is about JAX in an environment that has it, with Flax and Equinox
	.venv-jax/$(BIN)/python -m pytest -q tests/adapters tests/examples/test_jax_examples.py tests/docs tests/browser/test_framework_profiles.py

test-oldest: .venv-oldest/oldest.stamp ## run every test with Python 3.11 and the oldest releases that pyproject.toml allows
	.venv-oldest/$(BIN)/python -m pytest -q -n 2 --dist loadgroup -W default

test-wheel: wheel ## install the wheel into empty environments, with each small extra alone, and use it there
	.venv-wheel/$(BIN)/python tests/wheel/try_wheel.py dist/*.whl

fuzz: .venv/test.stamp ## look for GraphDefs and event files that graphlog handles badly
	$(RUN)python tests/fuzz/fuzz_graph_def.py --seconds 300
	$(RUN)python tests/fuzz/fuzz_graph_def.py --seconds 300 --engine hypothesis
	$(RUN)python tests/fuzz/fuzz_event_files.py --seconds 300
	$(RUN)python tests/fuzz/fuzz_event_files.py --seconds 300 --engine hypothesis

bench: .venv/runtime.stamp .venv-rivals/rivals.stamp ## measure, side by side with rivals
	$(RUN)python benchmarks/import_time.py
	.venv-rivals/$(BIN)/python benchmarks/graph_building.py
	.venv-rivals/$(BIN)/python benchmarks/graph_inspection.py
	.venv-rivals/$(BIN)/python benchmarks/onnx_graphs.py
	.venv-rivals/$(BIN)/python benchmarks/run_speed.py
	$(RUN)python benchmarks/convolution.py
	.venv-rivals/$(BIN)/python benchmarks/convolution_step.py
	.venv-rivals/$(BIN)/python benchmarks/jax_graphs.py
	.venv-rivals/$(BIN)/python benchmarks/numpy_functions.py
	.venv-rivals/$(BIN)/python benchmarks/event_writing.py
	.venv-rivals/$(BIN)/python benchmarks/event_reading.py
	.venv-rivals/$(BIN)/python benchmarks/log_inspection.py
	.venv-rivals/$(BIN)/python benchmarks/summary_values.py

crash-matrix: .venv-rivals/rivals.stamp ## print what is on disk however a program ends, beside other writers
	.venv-rivals/$(BIN)/python benchmarks/crash_matrix.py

damage-matrix: .venv-rivals/rivals.stamp ## print how many good records readers lose to damage
	.venv-rivals/$(BIN)/python benchmarks/damage_matrix.py

docs: .venv-docs/docs.stamp ## build the documentation into site
	NO_MKDOCS_2_WARNING=1 .venv-docs/$(BIN)/python -m mkdocs build --quiet

wheel: .venv-wheel/wheel.stamp ## build the source distribution, and from it the wheel, into dist
	rm -rf dist
	.venv-wheel/$(BIN)/python -m build --outdir dist
	.venv-wheel/$(BIN)/python -m twine check --strict dist/*

clean: ## remove environments, caches and logs
	rm -rf .venv .venv-protos .venv-tensorflow .venv-torch .venv-jax .venv-oldest .venv-wheel .venv-rivals .venv-docs site .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find logs -mindepth 1 ! -name README.md -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

%/made.stamp:
	@test -n '$(PYTHON)' || { echo 'graphlog needs Python 3.11 or later, and found none: install one, or say where it is with make PYTHON=...' >&2; exit 1; }
	$(PYTHON) -m venv $*
	@touch $@

.venv/runtime.stamp: pyproject.toml .venv/made.stamp
	$(RUN)python $(PIP) -e .
	@touch $@

.venv/test.stamp: pyproject.toml .venv/made.stamp
	$(RUN)python $(PIP) -e '.[test]'
	@touch $@ .venv/runtime.stamp

.venv/dev.stamp: pyproject.toml .venv/made.stamp
	$(RUN)python $(PIP) -e '.[dev]'
	@touch $@ .venv/runtime.stamp .venv/test.stamp

# An environment of its own: this compiler (protos/generate.py says why it is an old one) wants an older
# protobuf beside it than the newest, and it wants pkg_resources, which newer setuptools no longer have.
.venv-protos/protos.stamp: .venv-protos/made.stamp
	.venv-protos/$(BIN)/python $(PIP) 'grpcio-tools==1.62.*' 'setuptools<80'
	@touch $@

.venv-docs/docs.stamp: pyproject.toml .venv-docs/made.stamp
	.venv-docs/$(BIN)/python $(PIP) -e '.[docs]'
	@touch $@

.venv-rivals/rivals.stamp: pyproject.toml .venv-rivals/made.stamp
	.venv-rivals/$(BIN)/python $(PIP) -e . tensorflow-cpu torch jax autograd tensorboardX tbparse onnx
	@touch $@

.venv-jax/jax.stamp: pyproject.toml .venv-jax/made.stamp
	.venv-jax/$(BIN)/python $(PIP) -e '.[test,jax]' flax equinox
	@touch $@

.venv-torch/torch.stamp: pyproject.toml .venv-torch/made.stamp
	.venv-torch/$(BIN)/python $(PIP) -e '.[test,torch]'
	@touch $@

.venv-wheel/wheel.stamp: .venv-wheel/made.stamp
	.venv-wheel/$(BIN)/python $(PIP) build twine
	@touch $@

# The bounds in pyproject.toml, read by uv: of what graphlog names, the oldest; of all else, the newest, of which
# old releases warn. TensorBoard before 2.21 imports pkg_resources, which setuptools had until 81.
.venv-oldest/made.stamp: PYTHON = python3.11
.venv-oldest/oldest.stamp: pyproject.toml .venv-oldest/made.stamp
	.venv-oldest/$(BIN)/python $(PIP) uv
	.venv-oldest/$(BIN)/uv pip install --quiet --python .venv-oldest --resolution lowest-direct -e '.[test]' 'setuptools<82'
	@touch $@

.venv-tensorflow/tensorflow.stamp: pyproject.toml .venv-tensorflow/made.stamp
	.venv-tensorflow/$(BIN)/python $(PIP) -e . tensorflow-cpu pytest
	@touch $@

# A stamp that make made on the way to another is no temporary file.
.PRECIOUS: %/made.stamp
