
/
sConst*
valueB:*
dtype0
>
pPrintss*
message
EVIL PRINT*

U
2*
T0
)
vConst*
valueB:*
dtype0
+
flFillpv*

index_type0*
T0"†