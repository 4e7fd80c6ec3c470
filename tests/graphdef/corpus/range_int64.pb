
2
aConst*
valueB	R
€€€€€€€€€*
dtype0	
1
bConst*
valueB	R	ÿÿÿÿÿÿÿÿ*
dtype0	
)
sConst*
valueB	R*
dtype0	

rRangeabs*

Tidx0	
'
shShaper*
T0	*
out_type0	
+
fFillshs*

index_type0	*
T0	"†