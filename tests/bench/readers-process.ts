// Reads an event stream many times over: node readers-process.js URL COUNT. Says how many transitions came in all, 0
// once every reader is in.
import { request } from 'node:http';

const [, , url = '', count = '1'] = process.argv;
const FRAME = 'event: transition\n';
let open = 0;
let told = 0;

for (let reader = 0; reader < Number(count); reader++) {
  request(url, { agent: false }, (response) => {
    let text = '';
    let isIn = false;
    response.setEncoding('latin1').on('data', (chunk: string) => {
      if (!isIn) open++;
      isIn = true;
      const parts = (text + chunk).split(FRAME);
      told += parts.length - 1;
      text = (parts.at(-1) ?? '').slice(-FRAME.length);
    });
  }).end();
}
setInterval(() => {
  if (open === Number(count)) process.stdout.write(`${told}\n`);
}, 50);
