"""What the tests stand on: database servers, the application as a process, a browser, no network."""
