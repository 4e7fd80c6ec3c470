
8
aConst*
valueB:
ûÿÿÿÿÿÿÿÿ*
dtype0
/
dConst*
valueB:*
dtype0
*
lDynamicStitchad*
T0*
N"†