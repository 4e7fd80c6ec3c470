
/
iConst*
valueB:*
dtype0
3
mConst*
valueB:ÿÿÿÿ*
dtype0
*
tTileim*
T0*

Tmultiples0
*
fFillti*

index_type0*
T0"†