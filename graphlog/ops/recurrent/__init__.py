"""Operations of recurrent networks that stand in one node."""
