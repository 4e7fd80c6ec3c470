
7
ConstConst*
valueB€”λά:*
dtype0
H
PyFuncPyFuncConst*
token	doubled*
Tout
2*
Tin
2"†