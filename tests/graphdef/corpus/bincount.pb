
/
aConst*
valueB:*
dtype0
-
nConst*
valueB	:ÿÿÿÿ*
dtype0
/
wConst*
valueB:*
dtype0

lBincountanw*
T0
*
fFillln*

index_type0*
T0"†