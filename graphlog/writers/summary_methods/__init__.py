"""The methods of SummaryWriter, by subject."""
