import { checkLink, linkExpiry } from '../../../nodes/DefenderLiveResponse/download/linkCheck';
import { cloudOf } from '../../../nodes/DefenderLiveResponse/service/clouds';

const SIGNATURE = '1dYGe9rPvUlXBPvYSmr6%2FOLXPY98m8qWqfIQCBbyZTY%3D';
const PATH = '/investigation-actions-data/ID/CustomPlaybookCommandOutput/4ed5e7807ad1fe59b00b664fe06a0f07';
const QUERY = `?se=2022-02-07T14%3A33%3A07Z&sp=rt&sv=2020-06-12&sr=b&rscd=attachment%3B%20filename%3Doutput_1_0.json&sig=${SIGNATURE}`;
const REST = PATH + QUERY;

const tenantId = 'contoso.com';
const COMMERCIAL = cloudOf({ tenantId }).downloadHosts;
const CUSTOM = ['storage.example.com', '.files.example.com', '127.0.0.1', 'localhost', '[::1]'];

it.each([
	['commercial', 'automatedirstrprdeus.blob.core.windows.net'],
	['commercial', 'a.blob.core.windows.net'],
	// As Microsoft's page shows it.
	['commercial', 'core.windows.net'],
	['commercial', 'AutomatedIRSTRprdWEU.Blob.Core.Windows.NET'],
	['commercial', 'automatedirstrprdeus.blob.core.windows.net:443'],
	['gcc', 'automatedirstrfmusmt.blob.core.usgovcloudapi.net'],
	['gccHigh', 'automatedirstrffusgv.blob.core.usgovcloudapi.net'],
	['dod', 'automatedirstrffusgt.blob.core.usgovcloudapi.net'],
])('%s: %s is followed, letter by letter', (cloud, host) => {
	const link = `https://${host}${REST}`;
	expect(checkLink(link, cloudOf({ tenantId, cloud }).downloadHosts)).toEqual({
		url: link,
		expiresAt: '2022-02-07T14:33:07.000Z',
	});
});

it('keeps a signature with raw slashes, pluses and double encoding as it is', () => {
	const link = `https://a.blob.core.windows.net/x/../y?sig=a/b+c%2520%3d&b=&a=%7E`;
	expect(checkLink(link, COMMERCIAL)).toEqual({ url: link, expiresAt: null });
});

const refusedByAll = [
	['a look-alike that goes on', `https://evil-blob.core.windows.net.example${REST}`],
	['a look-alike with the whole suffix', `https://a.blob.core.windows.net.example${REST}`],
	['the suffix itself', `https://blob.core.windows.net${REST}`],
	['a name that ends like the suffix', `https://xblob.core.windows.net${REST}`],
	['another service of the same domain', `https://a.file.core.windows.net${REST}`],
	['a trailing dot', `https://a.blob.core.windows.net.${REST}`],
	['user info', `https://user:pass@a.blob.core.windows.net${REST}`],
	['a user', `https://user@a.blob.core.windows.net${REST}`],
	['empty user info', `https://@a.blob.core.windows.net${REST}`],
	['an empty user with an empty password', `https://:@a.blob.core.windows.net${REST}`],
	['a user behind a single slash', `https:/user@a.blob.core.windows.net${REST}`],
	['a single slash', `https:/a.blob.core.windows.net${REST}`],
	['no slash', `https:a.blob.core.windows.net${REST}`],
	['a single slash, with a whole address in its query', `https:/a.blob.core.windows.net${PATH}?u=https://a.blob.core.windows.net/&sig=x`],
	['a third slash', `https:///a.blob.core.windows.net${REST}`],
	['a user behind no slash', `https:user@a.blob.core.windows.net${REST}`],
	['the host as user', `https://a.blob.core.windows.net@evil.example${REST}`],
	['the host as password', `https://x:a.blob.core.windows.net@evil.example${REST}`],
	['a port', `https://a.blob.core.windows.net:8443${REST}`],
	['port 80', `https://a.blob.core.windows.net:80${REST}`],
	['an IPv4 address', `https://169.254.169.254${REST}`],
	['an IPv4 address as a number', `https://2852039166${REST}`],
	['an IPv4 address in hex', `https://0xa9fea9fe${REST}`],
	['an IPv6 address', `https://[fe80::1]${REST}`],
	['an IPv6 address that ends in IPv4', `https://[::ffff:169.254.169.254]${REST}`],
	['plain http', `http://a.blob.core.windows.net${REST}`],
	['ftp', `ftp://a.blob.core.windows.net${REST}`],
	['a file', `file:///etc/passwd${QUERY}`],
	['a file on the host', `file://a.blob.core.windows.net/share${QUERY}`],
	['data', `data:text/plain,a.blob.core.windows.net${QUERY}`],
	['javascript', `javascript://a.blob.core.windows.net/%0aalert(1)${QUERY}`],
	['backslashes', `https:\\\\a.blob.core.windows.net${REST}`],
	['a backslash behind another host', `https://evil.example\\.blob.core.windows.net${REST}`],
	['a backslash before user info', `https://evil.example\\@a.blob.core.windows.net${REST}`],
	['a line break', `https://evil.example\n.blob.core.windows.net${REST}`],
	['a line break at the end', `https://a.blob.core.windows.net${REST}\r\n`],
	['a header behind a line break', `https://a.blob.core.windows.net${REST}\r\nHost: evil.example`],
	['a tab', `https://a.blob.core\t.windows.net${REST}`],
	['a blank', `https://a.blob.core.windows.net /${REST}`],
	['a NUL', `https://evil.example\0.blob.core.windows.net${REST}`],
	['a letter beyond ASCII', `https://\u0430.blob.core.windows.net${REST}`],
	['an ideographic full stop', `https://a.blob.core.windows\u3002net${REST}`],
	['a slash beyond ASCII', `https://evil.example\uFF0F.blob.core.windows.net${REST}`],
	['another host, the suffix in its path', `https://evil.example/.blob.core.windows.net${REST}`],
	['another host, the suffix in its query', `https://evil.example?.blob.core.windows.net${REST}`],
	['another host, the suffix in its fragment', `https://evil.example#.blob.core.windows.net${REST}`],
	['an encoded full stop in the host', `https://a.blob.core.windows%2Enet${REST}`],
	['encoded letters in the host', `https://%61.blob.core.windows.net${REST}`],
	['an encoded slash in the host', `https://evil.example%2F.blob.core.windows.net${REST}`],
	['no scheme', `//a.blob.core.windows.net${REST}`],
	['no host', REST],
	['half a link', `https://${QUERY}`],
	['nothing', ''],
];

it.each(refusedByAll)('refuses %s, without quoting the signature', (_, link) => {
	for (const hosts of [COMMERCIAL, cloudOf({ tenantId, cloud: 'dod' }).downloadHosts, CUSTOM]) {
		const checked = checkLink(link, hosts);
		expect(checked).toEqual({ refused: expect.any(String) as string });
		expect(JSON.stringify(checked)).not.toMatch(/sig=|1dYGe9rPvUlX|investigation-actions/);
	}
});

// `*.blob.core.windows.net` means the names of accounts, and the empty one is none.
it('refuses an empty account name', () => {
	expect(checkLink(`https://.blob.core.windows.net${REST}`, COMMERCIAL)).toHaveProperty('refused');
});

it.each([
	['https://a.blob.core.windows.net/a b', 'it has characters that are not valid in a link'],
	['/investigation-actions-data', 'it is not a complete https address'],
	['https://[/', 'it is not a complete address'],
	['https:/a.blob.core.windows.net/?u=https://a', 'it is not a complete https address'],
	['https://user@a.blob.core.windows.net/', 'it carries user info'],
	['https://:pass@a.blob.core.windows.net/', 'it carries user info'],
	['https://@a.blob.core.windows.net/', 'it carries user info'],
	['https://EVIL.example/', 'its host evil.example is not a storage host of this cloud'],
	['https://%61.blob.core.windows.net/', 'its host is written in an unusual form'],
	['https://a.blob.core.windows.net:8443/', 'its port is not that of https'],
	['http://a.blob.core.windows.net/', 'it is not https'],
])('says of %s that %s', (link, refused) => {
	expect(checkLink(link, COMMERCIAL)).toEqual({ refused });
});

it('takes a user only where one can stand', () => {
	const link = 'https://a.blob.core.windows.net//x@y?q=//z@';
	expect(checkLink(link, COMMERCIAL)).toEqual({ url: link, expiresAt: null });
});

it('sends nothing in the clear but to this machine', () => {
	const hosts = ['127.0.0.1', '127.10.20.30', '127.0.0.1.example', 'x127.0.0.1.example', 'localhost.example'];
	const followed = hosts.filter((host) => 'url' in checkLink(`http://${host}/x`, hosts));
	expect(followed).toEqual(['127.0.0.1', '127.10.20.30']);
});

it('refuses the storage of another cloud, and everything where no host is allowed', () => {
	const link = `https://a.blob.core.windows.net${REST}`;
	expect(checkLink(link, cloudOf({ tenantId, cloud: 'gcc' }).downloadHosts)).toHaveProperty('refused');
	expect(checkLink(link, CUSTOM)).toHaveProperty('refused');
	expect(checkLink(link, [])).toHaveProperty('refused');
});

it.each([
	['https://storage.example.com', true],
	['https://storage.example.com:8443', true],
	['https://STORAGE.example.com', true],
	['https://a.files.example.com', true],
	['https://a.b.files.example.com', true],
	['http://127.0.0.1:4010', true],
	['https://127.0.0.1:4010', true],
	['http://localhost:4010', true],
	['http://[::1]:4010', true],
	['http://storage.example.com', false],
	['http://a.files.example.com', false],
	['https://files.example.com', false],
	['https://xstorage.example.com', false],
	['https://a.storage.example.com', false],
	['https://storage.example.com.evil.example', false],
	['http://127.0.0.2', false],
	['http://127.1', false],
	['http://0x7f.0.0.1', false],
	['http://2130706433', false],
	['http://[0:0:0:0:0:0:0:1]', false],
	['http://127.0.0.1.evil.example', false],
	['ftp://127.0.0.1', false],
])('custom hosts: %s is followed: %s', (origin, isFollowed) => {
	expect('url' in checkLink(`${origin}${REST}`, CUSTOM)).toBe(isFollowed);
});

it.each([
	['https://h/x?se=2021-02-04T16%3A13%3A50Z&sig=x', '2021-02-04T16:13:50.000Z'],
	['https://h/x?sp=r&se=2021-02-04T16:13:50Z', '2021-02-04T16:13:50.000Z'],
	['https://h/x?se=2021-02-04T16%3A13%3A50.1234567Z', '2021-02-04T16:13:50.123Z'],
	['https://h/x?se=2021-02-04#x', '2021-02-04T00:00:00.000Z'],
	['https://h/x?ske=2021-02-04T16%3A13%3A50Z', null],
	['https://h/x?se=', null],
	['https://h/x?se=soon', null],
	['https://h/x?se=%E0%A4%A', null],
	['https://h/x', null],
	['', null],
])('the link %s is over at %s', (link, expected) => {
	expect(linkExpiry(link)).toBe(expected);
});
