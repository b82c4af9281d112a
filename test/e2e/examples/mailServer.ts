/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A mail server that keeps what it is given. */
export interface MailServer {
	/** Data of n8n's SMTP credential for it. */
	credentialData: Record<string, unknown>;
	/** Each as text, without what was read already. */
	mails: string[];
	close(): void;
}

/** Undoes what SMTP does to lines that begin with a dot, then quoted-printable, in which n8n sends its mails. */
function decode(mail: string): string {
	const bytes = mail
		.replace(/\r\n\.\./g, '\r\n.')
		.replace(/=\r\n/g, '')
		.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
	return Buffer.from(bytes, 'latin1').toString();
}

/** What SMTP answers to a command. */
const ANSWERS: Record<string, string> = { DATA: '354 Send it', QUIT: '221 Bye' };

function receive(socket: Socket, keep: (mail: string) => void): void {
	let pending = '';
	let isData = false;
	const say = (line: string) => void socket.write(`${line}\r\n`);
	socket.on('error', () => socket.destroy());
	socket.on('data', (bytes) => {
		pending += bytes.toString('latin1');
		for (;;) {
			const end = isData ? '\r\n.\r\n' : '\r\n';
			const at = pending.indexOf(end);
			if (at < 0) return;
			const received = pending.slice(0, at);
			pending = pending.slice(at + end.length);
			const command = received.slice(0, 4).toUpperCase();
			if (isData) keep(decode(received));
			say((!isData && ANSWERS[command]) || '250 OK');
			isData = !isData && command === 'DATA';
		}
	});
	say('220 mail.contoso.example');
}

export async function startMailServer(): Promise<MailServer> {
	const mails: string[] = [];
	const server = createServer((socket) => receive(socket, (mail) => void mails.push(mail)));
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const credentialData = { host: '127.0.0.1', port, secure: false, disableStartTls: true, user: '', password: '' };
	return { credentialData, mails, close: () => void server.close() };
}
