"""Who works here, in which unit (HQ, province, city, team), with which skills, what they may do."""
