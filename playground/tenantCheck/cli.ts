/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */
import { version } from '../../package.json';
import { systemClock } from './clock';
import { tenantCheck } from './command';
import { createTerminal } from './terminal';
import { createWire } from './wire';

const stop = new AbortController();
const terminal = createTerminal(process.stdin, process.stdout, process.stderr, process.env);

process.on('SIGINT', () => {
	// The second one ends it at once, whatever is left behind.
	if (stop.signal.aborted) process.exit(2);
	stop.abort();
	terminal.writeError('\nStopping, and cleaning up. Once more Ctrl-C ends it at once and leaves things behind.\n');
	terminal.close();
});
process.on('SIGTERM', () => stop.abort());

tenantCheck({
	argv: process.argv.slice(2),
	env: process.env,
	terminal,
	clock: systemClock,
	wire: createWire(process.env),
	signal: stop.signal,
	packageVersion: version,
	nodeVersion: process.versions.node,
})
	.then((code) => {
		process.exitCode = code;
	})
	.catch((error: unknown) => {
		// A fault of this tool: its own words only, since an error of Node may hold an address.
		terminal.writeError(`The check itself failed: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}\n`);
		process.exitCode = 2;
	})
	.finally(() => terminal.close());
