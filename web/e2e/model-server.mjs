// A language model's server for browser tests: it speaks the chat-completions protocol and says what it is told to say.

import { once } from 'node:events';
import { createServer } from 'node:http';

export class ModelServer {
  /** `say(data, system)` gives the object a request is answered with, now or later; `data` is the JSON document it quotes. */
  static async start(say) {
    const model = new ModelServer();
    model.asked = [];
    model.http = createServer(async (request, response) => {
      if (request.method === 'GET') {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ object: 'list', data: [{ id: 'test-model', object: 'model' }] }));
        return;
      }
      let body = '';
      for await (const piece of request) body += piece;
      model.asked.push(body);
      const { messages } = JSON.parse(body);
      const text = JSON.stringify(await say(JSON.parse(messages[1].content), messages[0].content));
      response.setHeader('content-type', 'text/event-stream');
      for (let at = 0; at < text.length; at += 12) event(response, { choices: [{ index: 0, delta: { content: text.slice(at, at + 12) } }] });
      event(response, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
      event(response, { choices: [], usage: { prompt_tokens: 400, completion_tokens: 60, total_tokens: 460 } });
      response.end('data: [DONE]\n\n');
    });
    model.http.listen(0, '127.0.0.1');
    await once(model.http, 'listening');
    model.env = {
      QN__LLM__BASE_URL: `http://127.0.0.1:${model.http.address().port}/v1`,
      QN__LLM__MODEL: 'test-model',
      QN__LLM__ALLOW_PRIVATE: '127.0.0.1',
    };
    return model;
  }

  stop() {
    this.http.closeAllConnections();
    this.http.close();
  }
}

function event(response, value) {
  response.write(`data: ${JSON.stringify(value)}\n\n`);
}
