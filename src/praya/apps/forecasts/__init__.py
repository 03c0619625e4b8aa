"""What the machines will really do: forecasts that were asked, their answers, and how they did."""
