# conf/examples/tls.conf: https with HTTP/2, names and passwords.
use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Digest::SHA qw(sha256_hex);
use Gmshoot;
use Gmshoot::Example qw(example);
use Gmshoot::Http2;
use Gmshoot::Tls;
use MIME::Base64 qw(encode_base64);
use Test::More;
use Time::HiRes qw(time);

Gmshoot::needs();
my $tls = Gmshoot::free_port();
my $t = example('examples/tls.conf', edit => sub {
    s{^( +listen +)443 }{${1}127.0.0.1:$tls }m;
    s{(file +)gmshoot/users}{${1}%%DIR%%/users};
    s{/etc/nginx/range}{%%DIR%%/range}g;
});
Gmshoot::Tls::certificate($t->{dir}, 'range.example');
$t->put('users', join('', map { "$_:{PLAIN}secret-of-$_\n" }
                          qw(lane1 anna range guest)));

my ($status, $said) = $t->check;
is($status, 0, 'nginx takes the example') or diag($said);

my $w = $t->worker;
$w->say('lane lane1 aa');
$w->say('burst lane1 1 3 100');
$w->say('frame lane1 1 200000');
$t->start;

my $base = "https://range.example:$tls";
my @curl = ('curl', '-sS', '--cacert', "$t->{dir}/range.pem", '--resolve',
            "range.example:$tls:127.0.0.1", '--max-time', 10);

# What curl writes of a request: {status, version, head, body}.
sub curl {
    my (@more) = @_;

    open(my $fh, '-|', @curl, '-D', "$t->{dir}/head", '-w',
         "\n%{http_code} %{http_version}", @more) or die "curl: $!";
    local $/ = undef;
    my $text = <$fh>;
    close($fh);
    my %r = (head => Gmshoot::slurp("$t->{dir}/head"));
    @r{qw(body status version)} = $text =~ /^(.*)\n(\d+) (\S+)$/s;
    ($r{header}{'content-type'}) = $r{head} =~ /^content-type: *(\S+)\r/mi;
    return \%r;
}

my %who = map { $_ => "$_:secret-of-$_" } qw(lane1 anna range guest);
my $session = "$base/api/lanes/lane1/session";
my @json = ('-H', 'Content-Type: application/json');

$t->wait_for(sub {
    curl('-u', $who{guest}, "$base/api/lanes")->{body} =~ /"link":"up"/
}, 'the link to be up');

# --- who one is

my $r = curl("$base/api/lanes");
$t->is_problem($r, 401, 'login', 'nobody comes in without a name');
like($r->{head}, qr/^www-authenticate: Basic realm="Range"/mi,
     'and is asked for one');
is($r->{version}, 2, 'over HTTP/2');
unlike($r->{head}, qr/nginx\/\d/, 'which does not tell its version');
$t->is_problem(curl('-u', 'range:wrong', "$base/api/lanes"), 401, 'login',
               'nor with a wrong password');
$t->is_problem(curl('-u', 'range:wrong', '-X', 'DELETE', $session), 401,
               'login', "nor does an admin's name alone command");
$w->say('beat lane1');
is(curl("$base/readyz")->{status}, 200, 'what watches needs no name');

my %may = (
    guest => { POST => 403, PUT => 403 },
    lane1 => { POST => 200, PUT => 403 },
    anna  => { POST => 200, PUT => 403 },
    range => { POST => 200, PUT => 200 },
);
for my $name (sort keys %may) {
    is(curl('-u', $who{$name}, "$base/api/lanes")->{status}, 200,
       "$name may look");
    $r = curl('-u', $who{$name}, @json, '-d', '{}', $session);
    is($r->{status}, $may{$name}{POST}, "$name starts a session: "
       . $may{$name}{POST});
    $r = curl('-u', $who{$name}, @json, '-X', 'PUT', '-d', '{}',
              "$base/api/lanes/lane1/calibration");
    is($r->{status}, $may{$name}{PUT}, "$name calibrates: "
       . $may{$name}{PUT});
}
like($w->expect(qr/ask lane1 calibration/), qr/role=4/,
     'the worker hears who it was');

$r = curl('-u', $who{range}, @json, '-H', "Origin: $base", '-d', '{}',
          $session);
is($r->{status}, 200, "the range's own page commands");
$r = curl('-u', $who{range}, @json, '-H', 'Origin: https://evil.example',
          '-d', '{}', $session);
$t->is_problem($r, 403, 'cross-site', "another site's does not");

is($t->get('/api/lanes?x=1')->{header}{location},
   'https://range.example/api/lanes?x=1', 'plain http is led to https');
is($t->get('/api/lanes?x=1')->{status}, 308, 'for good');

my $plain = Gmshoot::Stream->new($tls, 'GET', '/api/lanes')->whole;
$t->is_problem($plain, 400, 'bad-request', 'http at the port of https');

# --- a cookie that was given over TLS never goes another way

$w->say('secret ' . 'a' x 32);
like(curl('-u', $who{guest}, @json, '-d', '{}', "$base/api/devices/join")
     ->{head}, qr/^set-cookie: gmshoot_device=a{32}; .*; Secure\r$/mi,
     'a device that is let in over TLS shows its cookie there alone');
$w->say('secret ');
$w->say('devices 0000000000000001 admin * ' . sha256_hex('b' x 32));
$r = curl('-u', $who{guest}, '-H', 'Cookie: a=b',
          '-H', 'Cookie: gmshoot_device=' . 'b' x 32, "$base/api/devices");
is("$r->{status} $r->{version}", '200 2',
   'and is known by it over HTTP/2, among others');

# --- streams over TLS, by HTTP/1.1 and by HTTP/2

my %guest = (Authorization => 'Basic ' . encode_base64($who{guest}, ''));

my $one = Gmshoot::Stream->new($tls, 'GET', '/api/lanes/lane1/events',
    { %guest, 'Accept-Encoding' => 'gzip',
      '-socket' => Gmshoot::Tls::dial($tls, 'http/1.1') });
my $h = $one->head;
is($h->{status}, 200, 'a stream over TLS begins');
ok(!exists $h->{header}{'content-encoding'}, 'gzip leaves it alone');
ok($one->next_of('lane'), 'as it does without');

my $c = Gmshoot::Http2->new(undef, Gmshoot::Tls::dial($tls, 'h2'));
my %lower = (authorization => $guest{Authorization},
             'accept-encoding' => 'gzip');
my @many = map { $c->request('GET', '/api/lanes/lane1/events', \%lower) }
    1 .. 60;
ok($c->until(sub { 60 == grep { $c->data($_) =~ /event: lane/ } @many }, 10),
   'sixty streams share one connection of HTTP/2 over TLS');

my $seq = 4;
for my $round (1 .. 10) {
    $w->say("burst lane1 $seq 10 1000");
    $seq += 10;
    $c->until(sub { 0 }, 0.005);
}
my $last = $seq - 1;
ok($c->until(sub { 60 == grep { $c->data($_) =~ /"seq":$last,"t_publish/ }
                              @many }, 10), 'all of them get all events');
my $expected = join(' ', 4 .. $last);
is(scalar(grep {
    join(' ', $c->data($_)
        =~ /^event: shot\ndata: \{"lane":"lane1","seq":(\d+)/mg) eq $expected
} @many), 60, 'each once, in order');
my @got;
while (my $e = $one->next(1)) {
    push @got, $e->{json}{seq} if $e->{event} eq 'shot';
    last if @got && $got[-1] == $last;
}
is("@got", $expected, 'so does the one of HTTP/1.1');

my $live = $c->request('GET', '/api/lanes/lane1/live', \%lower);
my $live1 = Gmshoot::Stream->new($tls, 'GET', '/api/lanes/lane1/live',
    { %guest, '-socket' => Gmshoot::Tls::dial($tls, 'http/1.1') });
my $picture = $live1->picture;
is(length $picture, 200_000, 'pictures come over TLS');
$w->say('frame lane1 2 100000');
is(length $live1->picture, 100_000, 'one after the other');
ok($c->until(sub { length $c->data($live) > 300_000 }),
   'over HTTP/2 as well');

my $asked = $c->request('POST', '/api/lanes/lane1/session',
    { authorization => 'Basic ' . encode_base64($who{lane1}, ''),
      'content-type' => 'application/json' }, '{"shooter":"guest"}');
ok($c->until(sub { $c->{stream}{$asked}{ended} }), 'a command is answered');
is($c->status($asked), 200, 'beside them');

# --- a reload

my %old = map { $_ => 1 } $t->worker_pids;
my $began = time;
$t->reload;
ok($c->until(sub { $c->{goaway} && $c->{stream}{ $many[0] }{ended} }),
   'a reload ends streams of TLS and of HTTP/2');
ok($one->ended, 'and of TLS and HTTP/1.1');
$_->close for $c, $one, $live1;
ok($t->wait_for(sub { !grep { $old{$_} } $t->worker_pids }),
   'and holds no process');

# --- the log

my $log = Gmshoot::slurp("$t->{dir}/logs/access.log");
curl('-u', $who{guest}, "$base/api/lanes?token=not-for-the-log&x=y");
ok($t->wait_for(sub {
    my $all = Gmshoot::slurp("$t->{dir}/logs/access.log");
    substr($all, length $log) =~ m{guest .*"GET /api/lanes" 200 }
}), 'the log tells who asked for what');
$log = Gmshoot::slurp("$t->{dir}/logs/access.log") . $t->log_text;
unlike($log, qr/not-for-the-log|secret-of/, 'and nothing that lets one in');

$t->finish;
