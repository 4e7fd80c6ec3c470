
3
pPlaceholder*
shape:	Ä†î•ç*
dtype0
)
vConst*
valueB:*
dtype0
*
fFillpv*

index_type0*
T0"Ü