
4
dConst*
valueB	RÄ†î•ç*
dtype0	
)
vConst*
valueB:*
dtype0
*
fFilldv*

index_type0	*
T0
*
gFillfv*

index_type0*
T0"Ü