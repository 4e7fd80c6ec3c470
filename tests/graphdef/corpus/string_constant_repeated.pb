
@
ConstConst*#
valueB€€€€B
3000000000*
dtype0
7
StringToNumberStringToNumberConst*
out_type0"†