"""What happens at the desk of a simulated library beside lending: holds, fees, messages, suggestions."""
