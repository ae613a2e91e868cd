#!/usr/bin/perl

# Whatever comes in at the front door: each request gets a problem document or
# is closed upon, the memory of nginx and of the lane stays what it was, and
# the module has nothing to say in the error log above info.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use IO::Socket::INET;
use JSON::PP;
use List::Util qw(min);
use POSIX ();
use Test::More;
use Time::HiRes qw(time);

use Gmshoot;
use Gmshoot::Example qw(example);
use Gmshoot::Real;
use Gmshoot::Trouble qw(grey_jpeg);

# What nginx itself may say above info about requests such as these.
my @nginx_says = (
    qr/\[error\].* client sent invalid chunked body/,
    qr/\[error\].* client intended to send too large (?:chunked )?body/,
    qr/\[warn\].* a client request body is buffered to a temporary file/,
    qr/\[error\].* open\(\) ".*" failed \((?:2: No such file|20: Not a|36: File)/,
    qr/\[error\].* "\S*index\.html" is not found \(2: /,
    qr/\[error\].* directory index of .* is forbidden/,
);

# A thousand, where so many may be open.
my $silent = min(1000, POSIX::sysconf(POSIX::_SC_OPEN_MAX()) - 200);
my $t = example('nginx.conf', connections => 2048, edit_part => sub {
    s{rate=20r/s}{rate=10000r/s};
    s{burst=100}{burst=10000}g;
    s{(client_header_timeout +)10s}{${1}3s};
});
mkdir("$t->{dir}/lane1");
$t->put('lane1/1.jpg', grey_jpeg(320, 240, 0));
$t->write_conf(ranges => Gmshoot::range('lane1',
    camera => "clip:$t->{dir}/lane1 fps=5", target => 'nra-a17-card',
    caliber => '5.6mm'));
my $w = Gmshoot::Real->new($t);
$t->start;
$t->link_up;
ok($t->wait_for(sub { $w->lane_pid('lane1') }), 'a lane is there');

my $lane    = '/api/lanes/lane1';
my $session = "$lane/session";
my $host    = "Host: localhost\r\n";
my $type    = "Content-Type: application/json\r\n";
my $json    = JSON::PP->new->allow_nonref;

sub rss_kb {
    my ($pid) = @_;
    return Gmshoot::slurp("/proc/$pid/status") =~ /^VmRSS:\s+(\d+)/m ? $1 : 0;
}

# What became of a request, in a word: a status with a problem document, a
# status with something else, or that it was closed upon.
sub fate {
    my ($text, $half) = @_;

    my $s = Gmshoot::Stream->raw($t->{port}, $text);
    shutdown($s->{socket}, 1) if $half;
    my $r = $s->whole(10);
    return $s->{eof} ? 'closed' : 'silence' if !$r->{status};
    my $doc = eval { $json->decode($r->{body}) };
    return "$r->{status}" if $r->{header}{'content-type'}
        && $r->{header}{'content-type'} eq 'application/problem+json'
        && ref($doc) eq 'HASH' && ($doc->{status} || 0) == $r->{status}
        && $doc->{type} && $doc->{title} && $doc->{detail};
    return "$r->{status} " . ($r->{header}{'content-type'} || 'nothing');
}

sub got {
    my ($path, $more) = @_;
    return fate("GET $path HTTP/1.1\r\n$host" . ($more || '')
        . "Connection: close\r\n\r\n");
}

sub posted {
    my ($body, $path, $method) = @_;
    return fate(($method || 'POST') . ' ' . ($path || $session)
        . " HTTP/1.1\r\n$host${type}Connection: close\r\nContent-Length: "
        . length($body) . "\r\n\r\n$body");
}

# Who nobody knows is refused by what the archive knows, once it runs.
$t->wait_for(sub { $t->get('/api/shooters')->{status} == 200 }, 'the archive');

# once before anything is measured
posted('{"no":1}');
got($lane);
my ($nginx)  = $t->worker_pids;
my $lane_pid = $w->lane_pid('lane1');
my %before   = map { $_ => rss_kb($_) } $nginx, $lane_pid, $w->{pid};
my $log_from = length $t->log_text;

sub all_are {
    my ($what, $expected, @cases) = @_;

    my @wrong;
    while (my ($name, $fate) = splice(@cases, 0, 2)) {
        $name = substr($name, 0, 40) =~ s/([^ -~])/sprintf('\\x%02x', ord $1)/ger;
        push @wrong, "$name: $fate" if $fate !~ /^(?:$expected)$/;
    }
    is(join("\n", @wrong), '', $what);
    return;
}

# --- bodies: their framing

my $head = "POST $session HTTP/1.1\r\n$host$type";
my $chunked = "${head}Transfer-Encoding: chunked\r\n\r\n";

all_are('a body of a wrong length is refused', '400|413|closed',
    'a terabyte'  => fate("${head}Content-Length: 1099511627776\r\n\r\n{"),
    'negative'    => fate("${head}Content-Length: -1\r\n\r\n{}"),
    'overflowing' => fate("${head}Content-Length: " . '9' x 30
                          . "\r\n\r\n{}"),
    'no number'   => fate("${head}Content-Length: two\r\n\r\n{}"),
    'two lengths' => fate("${head}Content-Length: 2\r\nContent-Length: 3"
                          . "\r\n\r\n{} "),
    'two ways'    => fate("${head}Content-Length: 2\r\n"
                          . "Transfer-Encoding: chunked\r\n\r\n"
                          . "2\r\n{}\r\n0\r\n\r\n"),
    'truncated'   => fate("${head}Content-Length: 100\r\n\r\n{\"a\":", 1),
    'none of it'  => fate("${head}Content-Length: 100\r\n\r\n", 1),
    'one byte above' => posted('{"a":"' . 'b' x (64 * 1024 - 7) . '"}'));

all_are('so are wrong chunks', '400|413|501|closed',
    'no number'   => fate("${chunked}zz\r\n{}\r\n0\r\n\r\n"),
    'negative'    => fate("${chunked}-2\r\n{}\r\n0\r\n\r\n"),
    'overflowing' => fate($chunked . 'f' x 17 . "\r\n{}\r\n0\r\n\r\n"),
    'the largest' => fate($chunked . '7' . 'f' x 15 . "\r\n{}"),
    'too short'   => fate("${chunked}1\r\n{}\r\n0\r\n\r\n"),
    'broken off'  => fate("${chunked}ff\r\n{", 1),
    'without end' => fate("${chunked}2\r\n{}\r\n", 1),
    'many'        => fate($chunked . "400\r\n" . ' ' x 1024 . "\r\n" x 1
                          . join('', map { "400\r\n" . ' ' x 1024 . "\r\n" }
                                     1 .. 70) . "0\r\n\r\n"),
    'squeezed'    => fate("${head}Transfer-Encoding: gzip\r\n\r\n{}"),
    'twice'       => fate("${head}Transfer-Encoding: chunked, chunked\r\n\r\n"
                          . "0\r\n\r\n"));

# --- bodies: what they say

my $deep = 30_000;
all_are('a body that is no JSON object is refused', '400|413|422',
    map { $_->[0] => posted($_->[1]) }
    ['empty words', ' '], ['text', 'shooter=anna'], ['half', '{"shooter":'],
    ['more than one', '{}{}'], ['more behind it', '{} and more'],
    ['a list', '[]'], ['null', 'null'], ['a word', '"x"'], ['a number', '1'],
    ['NUL', "\0"], ['NUL behind', "{}\0{}"], ['bytes', join('', map { chr }
        0 .. 255)],
    ['UTF-16', "\xff\xfe{\0}\0"], ['deep lists', '[' x $deep],
    ['deep objects', '{"a":' x 12_000],
    ['deep and whole', '{"a":' . '[' x $deep . ']' x $deep . '}'],
    ['deep, within limits', '{"a":' . '[' x 900 . ']' x 900 . '}'],
    ['unknown', '{"no":1}'], ['many members', '{' . join(',', map {
        "\"a$_\":1" } 1 .. 6000) . '}'],
    ['a long name', '{"' . 'a' x 60_000 . '":1}']);

all_are('so is what no field may hold', '400|404|409|422',
    map { $_ => posted("{\"shooter\":$_}") }
    "\"\xff\xfe\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
    '"\ud800"', '"\u0000"', '"a\u0000b"', '"a\u000ab"', "\"a\0b\"", '"\q"',
    '"' . 'a' x 5000 . '"', '1e999', '-1', '{}', '[]', 'null', 'true', 'NaN',
    '"anna","shooter":"bob","no":1', '"../../etc/passwd"');
all_are('or is out of range', '400|409|422',
    map { $_ => posted("{\"distance_m\":$_}") }
    '1e999', '-1e999', '-1', '0', '1e-320', '99999999999999999999',
    '9' x 20_000, 'Infinity', '"10"', '[10]');
all_are('to the archive as well', '400|404|413|422',
    'no JSON'   => posted('no', '/api/shooters'),
    'deep'      => posted('[' x $deep, '/api/shooters'),
    'half'      => posted('{"id":', '/api/shooters'),
    'two'       => posted('{}{}', '/api/shooters'),
    'NUL'       => posted("{}\0", '/api/shooters'),
    'a name'    => posted('{"id":"../x","name":"x"}', '/api/shooters'),
    'no UTF-8'  => posted("{\"id\":\"x\",\"name\":\"\xff\"}", '/api/shooters'),
    'long file' => posted('x' x 65_000, '/api/import'),
    'nobody'    => posted('{"name":"x"}', '/api/shooters/%ff', 'PATCH'),
    'one of no session' => got('/api/sessions/%27%20OR%201=1'),
    'a NUL'     => got('/api/sessions?shooter=%00'),
    'no number' => got('/api/sessions?limit=-1'),
    'unknown'   => got('/api/sessions?x=' . '%ff' x 300));
all_are('a type that is none of JSON is refused', '415',
    map { my $said = $_;
          $said => fate("POST $session HTTP/1.1\r\n$host"
              . "Content-Type: $said\r\nContent-Length: 2\r\n\r\n{}") }
    '', 'text/plain', 'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a', 'application/jsonp', "\xff\xfe",
    'application/' . 'json' x 500);

# --- paths

my $picture = 'image/jpeg';
all_are('a lane that is none is not there', '404',
    map { $_ => got("/api/lanes/$_") }
    'lane2', 'LANE1', 'lane1 '=~ s/ /%20/r, '%20', 'lane1%0a', '%ff', '%c0%ae',
    '..%c0%af', 'a' x 4000, 'lane1;x', 'lane1%3fx', 'lane1%23', '*', "'",
    '%25%32%66', 'lane1%2fnone', 'lane1/events/more', 'lane1/events%20',
    'lane1/frame.jpg%2fx', '-', '%5c..%5c');
for my $case (
    ['/api', '404.*'], ['/api/..%2fx', '404.*'], ['/api/none', 404],
    ["$lane/%00", 400], ['/api/lanes/%', 400], ['/api/lanes/%zz', 400],
    ["$lane%", 400], ['/../api/lanes', 400], ['/%2e%2e/%2e%2e/etc/passwd', 400],
    ['/api/../../etc/passwd', 400], ['/docs/..%2f..%2f..%2fetc/passwd', 400],
    ['//..//..//etc/passwd', 400], ['api/lanes', 400], ["$lane\0", 400],
    ["/api/\x01", 400], ['http://', 400], ['gopher://a/b', '404.*'],
    ["$lane/../../../../none", 400], ['/docs/%2e%2e%5cconf', '404.*'],
    # these only take another way
    ['/api/%2e%2e/api/lanes', '200 application/json'],
    ['//api///lanes', '200 application/json'],
    ['/api%2flanes', '200 application/json'],
    ['/api/./lanes/.', '404'], ['/api/lanes/x/../lane1',
                                '200 application/json'],
    ['http://localhost/api/lanes', '200 application/json'],
    ["http://evil.example$lane/%2e%2e/lane1", '200 application/json'],
    ['/api/lanes?' . 'a' x 7000, '200 application/json'],
    ['/api/lanes?' . 'a' x 9000, 414], ['/' . 'a' x 100_000, '414|closed'],
    ['/api/events?lanes=' . ',' x 6000, 404],
    ['/api/events?lanes=lane1,%00', 404],
    ['/api/events?lanes=' . join(',', ('lane1') x 65), 404],
    ['/api/sessions?shooter=' . 'a' x 2000, 414],
) {
    my ($path, $expected) = @$case;
    my $shown = length $path > 60 ? substr($path, 0, 57) . '...' : $path;
    $shown =~ s/([^ -~])/sprintf('\\x%02x', ord $1)/ge;
    like(got($path), qr/^(?:$expected)$/, "GET $shown: $expected");
}

# --- methods, versions, header lines

sub line {
    my ($line, $more) = @_;
    return fate("$line\r\n$host" . ($more || '')
        . "Connection: close\r\n\r\n");
}

all_are('a method that means nothing is refused', '400|405|414',
    map { my $shown = substr($_, 0, 20); $shown => line("$_ $lane HTTP/1.1") }
    'FOO', 'get', 'PROPFIND', 'MKCOL', 'TRACE', 'OPTIONS', 'LOCK', 'G\xc9T',
    'A' x 5000, '"GET"', 'PUT', 'POST');
all_are('so is a version that nobody knows, or none of HTTP', '400|505|closed',
    'HTTP/9.9'  => line("GET $lane HTTP/9.9"),
    'HTTP/1.'   => line("GET $lane HTTP/1."),
    'HTTPS/1.1' => line("GET $lane HTTPS/1.1"),
    'a number'  => line("GET $lane HTTP/1" . '1' x 30),
    'CONNECT'   => line('CONNECT localhost:80 HTTP/1.1'),
    'TLS'       => fate("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" . 'x' x 500),
    'HTTP/2'    => fate("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    'bytes'     => fate(join('', map { chr } reverse 0 .. 255) . "\r\n\r\n"),
    'only ends' => fate("\r\n" x 2000, 1),
    'nothing'   => fate('', 1));
like(fate("GET /api/events\r\n", 1), qr/closed/,
     'a stream of HTTP/0.9, without any header, ends with its client');

all_are('header lines are held to their form, size and number', '400|closed',
    'no Host'     => fate("GET $lane HTTP/1.1\r\n\r\n"),
    'two Hosts'   => line("GET $lane HTTP/1.1", "Host: evil.example\r\n"),
    'a bad Host'  => fate("GET $lane HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    'NUL'         => line("GET $lane HTTP/1.1", "X-A: \0\r\n"),
    'one of 9 kB' => line("GET $lane HTTP/1.1", 'X-A: ' . 'a' x 9000
                          . "\r\n"),
    'a long name' => line("GET $lane HTTP/1.1", 'X' x 9000 . ": a\r\n"),
    '2,000 lines' => line("GET $lane HTTP/1.1", "X-A: aaaaaaaaaaaaaaa\r\n"
                          x 2000),
    'for ever'    => fate("GET $lane HTTP/1.1\r\n" . "X-A: a\r\n" x 100_000));
all_are('what is doubled or strange in them changes nothing',
    '200 application/json|400',
    map { my $lines = $_; substr($lines, 0, 20)
              => line("GET $lane HTTP/1.1", $lines) }
    "X-A: a\r\n" x 100, "no colon\r\n", ": no name\r\n", "X A: b\r\n",
    "X-A: \xff\xfe\r\n", "If-None-Match: \xff\r\n" x 2, "Range: bytes=-\r\n",
    "Accept: a\r\nAccept: b\r\n", "Cookie: \xff=\x01\r\n" x 3,
    "Cookie: gmshoot_device=" . 'x' x 4000 . "\r\n",
    "Authorization: Basic !!!\r\n" x 2, "Transfer-Encoding: chunked\r\n"
    . "X-B: a\r\n" x 0, "Upgrade: h2c\r\nHTTP2-Settings: AAAA\r\n",
    "X-Forwarded-For: \xff\r\n" x 2, "Sec-Fetch-Site: \xff\r\n");
all_are('a command that comes from two places comes from the worse', '403',
    'Origin twice' => fate("${head}Origin: http://evil.example\r\n"
        . "Origin: http://localhost\r\nContent-Length: 2\r\n\r\n{}"),
    'site twice' => fate("${head}Sec-Fetch-Site: cross-site\r\n"
        . "Sec-Fetch-Site: same-origin\r\nContent-Length: 2\r\n\r\n{}"),
    'the other way' => fate("${head}Origin: http://localhost\r\n"
        . "Origin: http://evil.example\r\nContent-Length: 2\r\n\r\n{}"),
    'so of sites' => fate("${head}Sec-Fetch-Site: same-origin\r\n"
        . "Sec-Fetch-Site: cross-site\r\nContent-Length: 2\r\n\r\n{}"));
all_are('a key is a key once', '422',
    map { my $key = $_; substr($key, 0, 20) => fate("${head}Idempotency-Key: "
        . "$key\r\nContent-Length: 2\r\n\r\n{}") }
    'k' x 80, "\xff", 'a b', "a\x7f");

# --- where a stream goes on

for my $id ('5f3a9c0112345678-1', '1-1', '-1', '0-0', 'a' x 7000, '-',
            'ffffffffffffffff-18446744073709551615',
            'ffffffffffffffff-18446744073709551616', '+1-+1', '0x1-0x1',
            "\x01\xff\xfe", "\xc0\xaf", ' ', '1-1-1', '%00', '1e5-1', '١-١') {
    my $shown = substr($id, 0, 40) =~ s/([^ -~])/sprintf('\\x%02x', ord $1)/ger;
    my $s = $t->sse("$lane/events", { 'Last-Event-ID' => $id });
    ok($s->next_of('snapshot'), "Last-Event-ID $shown: a snapshot");
    $s->close;
    next if $id =~ /[^ -~]|^a/;
    $s = $t->sse("$lane/events?last_event_id=" . ($id =~ s/ /%20/r)
        . '&last_event_id=1-1', { 'Last-Event-ID' => undef });
    ok($s->next_of('snapshot'), 'the same in the address');
    $s->close;
}
my $s = Gmshoot::Stream->raw($t->{port}, "GET $lane/events HTTP/1.1\r\n$host"
    . "Last-Event-ID: 1-1\r\nLast-Event-ID: 2-2\r\n\r\n");
ok($s->next_of('snapshot'), 'two of them: a snapshot');
$s->close;

# --- connections that send nothing, or not enough

my @silent = map { IO::Socket::INET->new(PeerAddr => "127.0.0.1:$t->{port}") }
    1 .. $silent;
is(scalar(grep { defined } @silent), $silent, 'a thousand connections');
$silent[$_]->syswrite("GET $lane HTTP/1.1\r\nX-") for 0 .. 99;
$silent[$_]->syswrite("${head}Content-Length: 1000\r\n\r\n{") for 100 .. 199;
my $began = time;
is(got($lane), '200 application/json', 'that say nothing keep nobody out');
cmp_ok(time - $began, '<', 5, 'nor waiting');
my $stream = $t->sse("$lane/events");
ok($stream->next_of('snapshot'), 'a stream opens beside them');
my $peak = rss_kb($nginx) - $before{$nginx};
SKIP: {
    skip('the sanitizer keeps memory for itself', 1) if Gmshoot::sanitized();
    cmp_ok($peak, '<', 8192, "they take $peak kB of nginx");
}
my $open = $silent;
ok($t->wait_for(sub {
    for my $c (grep { defined } @silent) {
        my $bytes = '';
        vec($bytes, fileno($c), 1) = 1;
        next if !select($bytes, undef, undef, 0);
        next if sysread($c, $bytes, 4096); # 408 says nothing more
        undef $c;
        $open--;
    }
    $open <= 100; # those with half a body have client_body_timeout
}, 'silent connections to be closed'), 'and are closed after their time');
@silent = ();
ok(!$stream->{eof}, 'which streams outlast');

# --- afterwards

is(posted('{}'), '201 application/json', 'the lane does what it is asked for')
    or diag($w->log_text);
is($w->lane_pid('lane1'), $lane_pid, 'it is the one of before');
is(join(' ', $t->worker_pids), $nginx, 'and so is nginx');
SKIP: {
    skip('the sanitizer keeps memory for itself', 3) if Gmshoot::sanitized();
    for my $who (['nginx', $nginx], ['the lane', $lane_pid],
                 ['the worker', $w->{pid}]) {
        my ($name, $pid) = @$who;
        my $more = rss_kb($pid) - $before{$pid};
        note("$name: $before{$pid} kB before, $more more");
        cmp_ok($more, '<', 4096, "$name has $more kB more than before");
    }
}

my @said = grep { /\[(?:warn|error|crit|alert|emerg)\]/ }
    split(/\n/, substr($t->log_text, $log_from));
is(join("\n", grep { my $line = $_; !grep { $line =~ $_ } @nginx_says } @said),
   '', 'nothing above info in the log but what nginx says itself, listed here');

$w->finish;
$t->finish;
