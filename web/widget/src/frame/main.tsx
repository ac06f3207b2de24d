// Starts the app, framed in a site or as the page /chat/{key}.

import { render } from 'preact';
import { Chat } from './chat';
import { App } from './views/App';

render(<App chat={new Chat()} />, document.getElementById('app')!);
