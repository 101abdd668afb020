"""The OpenAPI 3.1 document, drawn from the route table."""

import asyncio
from typing import Any

from aiohttp import web
from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from agent_ui.api.route import API_PREFIX, Route
from agent_ui.auth.permissions import Permission

REF = "#/components/schemas/{model}"
ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "fields"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "used_by": {"type": "array", "items": {"type": "string"}},
                "fields": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["path", "code", "message"],
                        "properties": {name: {"type": "string"} for name in ("path", "code", "message", "named")},
                    },
                },
            },
        }
    },
}


class Document:
    """Drawn for the first who asks, in a thread: it takes as long as a good part of a start, and few ever ask."""

    def __init__(self, routes: list[Route], version: str, cookie: str) -> None:
        self._wanted = (routes, version, cookie)
        self._turn = asyncio.Lock()
        self._drawn: dict[str, Any] | None = None

    async def show(self, request: web.Request) -> web.Response:
        """Answer with it."""
        del request
        async with self._turn:
            if self._drawn is None:
                self._drawn = await asyncio.to_thread(make_document, *self._wanted)
        return web.json_response(self._drawn, headers={"Cache-Control": "no-cache"})


def make_document(routes: list[Route], version: str, cookie: str) -> dict[str, Any]:
    """Describe every route; the schemas are pydantic's own."""
    schemas, definitions = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.openapi_path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Callroom", "version": version, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": API_PREFIX}],
        "paths": paths,
        "components": {
            "schemas": {**definitions, "Error": ERROR_SCHEMA},
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": cookie}},
        },
    }


Schemas = dict[tuple[str, JsonSchemaMode], dict[str, Any]]


def _schemas(routes: list[Route]) -> tuple[Schemas, dict[str, Any]]:
    inputs: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = []
    for route in routes:
        if route.body is not None:
            inputs.append((route.name, "validation", TypeAdapter(route.body)))
        if route.answer is not None:
            inputs.append((route.name, "serialization", TypeAdapter(route.answer)))
    found, document = TypeAdapter.json_schemas(inputs, ref_template=REF)
    return dict(found), document.get("$defs", {})


def _operation(route: Route, schemas: Schemas) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "parameters": _parameters(route),
        "responses": _responses(route, schemas),
        "security": [] if route.permission is Permission.PUBLIC else [{"session": []}],
        "x-permission": str(route.permission),
    }
    if route.body is not None:
        schema = schemas[route.name, "validation"]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    elif route.uploads:
        schema = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": kind}}
        for name, kind in route.parameters.items()
    ]
    if route.query is not None:
        schema = route.query.model_json_schema(ref_template=REF)
        required = schema.get("required", [])
        found += [
            {"name": name, "in": "query", "required": name in required, "schema": item}
            for name, item in schema.get("properties", {}).items()
        ]
    return found


def _responses(route: Route, schemas: Schemas) -> dict[str, Any]:
    problem = {"description": "Refused, with the reason", "content": _json({"$ref": "#/components/schemas/Error"})}
    if route.answer is not None:
        good = {"description": "Done", "content": _json(schemas[route.name, "serialization"])}
        return {str(route.status): good, "default": problem}
    if route.raw:
        content: dict[str, Any] = {"application/octet-stream": {}}
        return {"200": {"description": "The content itself", "content": content}, "default": problem}
    return {"204": {"description": "Done"}, "default": problem}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
