"""Pages of applications: `staff` for those who run the programme, `applicant` for those who apply."""
