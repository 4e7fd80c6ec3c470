

aPlaceholder*
dtype0
"
mMergean*
T0*
N

nNextIterationm*
T0"†