
0
xConst*
valueB:*
dtype0
<
pConst*#
valueB:
ÿÿÿÿÿÿÿÿ*
dtype0
(
rPadxp*
	Tpaddings0*
T0
*
fFillrv*

index_type0*
T0
)
vConst*
valueB:*
dtype0"†