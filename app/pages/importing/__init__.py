"""The import in the browser: `state` knows where a person stands, `steps` draws it, `result` shows the job."""
