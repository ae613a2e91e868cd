/*
 * Reporter of node --test: flat TAP for prove, one line a test, named by its
 * suite and itself so that it reads as a sentence.
 */

/** @param {any} error @returns {string} */
function comment(error) {
  const cause = error?.cause ?? error;
  const text = cause?.stack || cause?.message || String(cause ?? '');
  return text.split('\n').slice(0, 30).map((/** @type {string} */ line) => `# ${line}\n`).join('');
}

/** @param {AsyncIterable<{ type: string, data: any }>} source */
export default async function* tap(source) {
  /** @type {string[]} */
  const suites = [];
  let count = 0;
  yield 'TAP version 13\n';
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      suites[data.nesting] = data.name;
    } else if (type === 'test:diagnostic' && data.nesting > 0) {
      yield `# ${data.message}\n`;
    } else if (type === 'test:stdout' || type === 'test:stderr') {
      yield data.message.replace(/^/gm, '# ').replace(/# $/, '');
    } else if ((type === 'test:pass' || type === 'test:fail') && data.details?.type !== 'suite') {
      const name = [...suites.slice(0, data.nesting), data.name].join(': ').replace(/#/g, '\\#');
      const skip = data.skip === undefined ? '' : ` # SKIP ${data.skip === true ? '' : data.skip}`;
      yield `${type === 'test:pass' ? 'ok' : 'not ok'} ${++count} - ${name}${skip}\n`;
      if (type === 'test:fail') {
        yield comment(data.details.error);
      }
    }
  }
  yield `1..${count}\n`;
}
