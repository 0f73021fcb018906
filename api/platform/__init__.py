"""Settings, storage, jobs and the machine below the application."""
