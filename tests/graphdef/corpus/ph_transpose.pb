
2
pPlaceholder*
shape
:€”λά*
dtype0
,
qPlaceholder*
shape:*
dtype0
*
r	Transposeqp*
Tperm0*
T0"†