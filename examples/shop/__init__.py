"""A minos microservice with three services: orders (a saga), inventory and payment."""
