"""The official SDK's client at our endpoint: lists the tools, calls one well and one badly. Arguments: address, token."""

import asyncio
import sys

from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client


async def main(url, token):
    async with streamablehttp_client(url, headers={"authorization": f"Bearer {token}"}) as (read, write, _):
        async with ClientSession(read, write) as session:
            greeted = await session.initialize()
            assert greeted.serverInfo.name == "qingniao", greeted
            tools = {tool.name: tool for tool in (await session.list_tools()).tools}
            assert set(tools) == {"greet", "qingniao.run"}, tools
            assert tools["greet"].inputSchema["required"] == ["name"]
            # the SDK checks the structured answer against the output schema by itself
            called = await session.call_tool("greet", {"name": "小明"})
            assert not called.isError and called.structuredContent["output"] == {"said": "你好 小明"}, called
            looked = await session.call_tool("qingniao.run", {"run_id": called.structuredContent["run_id"]})
            assert looked.structuredContent == called.structuredContent, looked
            try:
                await session.call_tool("greet", {"nom": 1})
                raise AssertionError("a wrong argument was taken")
            except Exception as error:
                assert "do not fit" in str(error), error


asyncio.run(main(*sys.argv[1:]))
print("well")
