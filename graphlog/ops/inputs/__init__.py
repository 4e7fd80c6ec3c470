"""Input pipelines: files, queues, readers, and what decodes their records."""
