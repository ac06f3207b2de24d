"""An MCP server made with the official SDK: prints its address, ends when its input does."""

import os
import socket
import sys
import threading

from mcp.server.fastmcp import FastMCP
from mcp.types import ToolAnnotations
from pydantic import BaseModel

stateless, plain = "stateless" in sys.argv, "json" in sys.argv
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
server = FastMCP("订单", host="127.0.0.1", port=port, stateless_http=stateless, json_response=plain, log_level="ERROR")


class Line(BaseModel):
    sku: str
    qty: int = 1


class Order(BaseModel):
    id: str
    total: float


@server.tool(title="下单", annotations=ToolAnnotations(idempotentHint=True))
def place(lines: list[Line]) -> Order:
    """Places an order."""
    return Order(id="A1", total=sum(line.qty for line in lines) * 2.5)


@server.tool(annotations=ToolAnnotations(readOnlyHint=True), structured_output=False)
def greet(name: str) -> str:
    return f"你好 {name}"


@server.tool()
def fail() -> str:
    raise ValueError("库存不足")


def end_with_input():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_input, daemon=True).start()
print(f"http://127.0.0.1:{port}/mcp", flush=True)
server.run(transport="streamable-http")
