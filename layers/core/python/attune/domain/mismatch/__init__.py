"""How badly a landing page answers what somebody was looking for."""
