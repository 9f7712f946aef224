"""The layout of results/ and everything written there."""
