import { claim, verdict } from '../claim';
import { NotAsked } from '../notAsked';
import { packageLink } from '../observations/packages';
import { say } from '../say';
import { answered } from './judging';

function given(raw: string | undefined): string {
	if (raw === undefined) throw new NotAsked('the service gave no link to the package');
	return raw;
}

export const PACKAGE_CLAIMS = [
	claim({
		id: 'package.link',
		claim: 'A package that was collected has a link: 200, with the link as a text in `value`.',
		source: 'documented',
		affects: 'Collect Package and Get Package',
		ifNot: 'Packages cannot be fetched, or not as long after they were collected.',
		emulator: 'actionsApi.ts',
		from: [packageLink],
		judge: ({ answer, raw }) => verdict(answer.status === 200 && raw !== undefined, answered(answer)),
	}),
	claim({
		id: 'package.quotes',
		claim: 'That link has its own quotes around it.',
		source: 'the sample of the documentation; one client has it without',
		affects: 'the node takes quotes off where there are some',
		ifNot: 'Nothing for the node.',
		emulator: 'actionsApi.ts',
		from: [packageLink],
		judge: ({ raw }) => verdict(/^".*"$/s.test(given(raw)), /^".*"$/s.test(given(raw)) ? say`in quotes` : say`without`),
	}),
	claim({
		id: 'package.host',
		claim: 'It names a host below `securitycenter.windows.com` (commercial), or one of `--download-hosts`.',
		source: 'the sample of the documentation; unknown for the government clouds',
		affects: 'the node follows links to known hosts only',
		ifNot: "The node refuses the link. Add the host to Download Hosts of the credential, once you know that it is Microsoft's.",
		emulator: 'settings.packageOrigin',
		from: [packageLink],
		judge({ raw, expectedHost }) {
			given(raw);
			return verdict(expectedHost, expectedHost ? say`an expected host` : say`another host`);
		},
	}),
	claim({
		id: 'package.secret',
		claim: 'What opens it is the field `token`.',
		source: 'the sample of the documentation',
		affects: '`token` of such a link is kept out of errors and logs',
		ifNot: 'If the secret is in a field of another name, tell us at once: it is not recognised as one.',
		emulator: 'packages.ts',
		from: [packageLink],
		judge({ raw }) {
			const there = /[?&]token=/.test(given(raw));
			return verdict(there, there ? say`there is one` : say`none`);
		},
	}),
];
