#!/usr/bin/perl

# A camera that streams video over RTSP, H.264 first of all: shots are found in
# it; what goes wrong is told in one sentence and gets well by itself; its
# password stands nowhere; no process is left behind.  The camera is GStreamer's server, playing what
# another lane's simulated one shows.

use strict;
use warnings;
no warnings qw(portable); # microseconds in hexadecimal

use FindBin;
use lib "$FindBin::Bin/../lib";

use IO::Handle;
use IO::Select;
use List::Util qw(max min);
use POSIX ();
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Tls;
use Gmshoot::Trouble qw(alive grey_jpeg problem still);

my $python = '/usr/bin/python3';
my $port = Gmshoot::free_port();
my ($server, $t, $picture);

sub serve {
    my ($codec) = @_;
    $server = $t->spawn("$t->{dir}/rtsp.log", $python,
        "$FindBin::Bin/../lib/rtsp_server.py", $port, $picture, $codec,
        'hans', 'secretword');
    $t->wait_for(sub { IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port") },
                 'the camera to listen');
    return;
}

sub dies {
    kill('KILL', $server);
    waitpid($server, 0);
    undef $server;
    return;
}

my @peers;
END {
    local $?;
    kill('KILL', $server) if $server;
    kill('KILL', @peers);
}

# What the simulated lane shows now is what the camera sees.
sub see {
    my $jpeg = still($t, 'sim');
    open(my $file, '>:raw', "$picture.new") or die "$picture: $!";
    print $file $jpeg;
    close($file) or die "$picture: $!";
    rename("$picture.new", $picture) or die "$picture: $!";
    return;
}

# Those that hold streams for a lane.
sub readers {
    my ($w, $lane) = @_;
    my $pid = $w->lane_pid($lane) or return;
    return grep { Gmshoot::slurp("/proc/$_/comm") =~ /^gmshoot-av/ } map {
        split(' ', Gmshoot::slurp($_)) } glob("/proc/$pid/task/*/children");
}

my $sim = Gmshoot::range('sim', camera => 'simulate: seed=71 fps=10 '
    . 'size=1280x720 shots=3 first=1.5 interval=1 jitter=0 series=0 sigma=24 '
    . 'overlap=0');
$t = Gmshoot->new(ranges => $sim);
$picture = "$t->{dir}/seen.jpg";

# One that answers without end, or a byte a second.
my $rude = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 8)
    or die "listen: $!";

sub rude {
    my ($s) = @_;
    my $asked = '';
    while ($asked !~ /\r\n\r\n/) {
        sysread($s, $asked, 4096, length $asked) or return;
    }
    syswrite($s, "RTSP/1.0 200 OK\r\nCSeq: 1\r\n");
    if ($asked =~ /endless/) {
        my $lines = 'X-Header: ' . ('x' x 900) . "\r\n";
        while (syswrite($s, $lines x 50)) { sleep(0.02) }
    } else {
        while (syswrite($s, 'x')) { sleep(1) }
    }
    return;
}

push @peers, fork() // die "fork: $!";
if (!$peers[-1]) {
    $SIG{CHLD} = $SIG{PIPE} = 'IGNORE';
    my $until = time + 300;
    while (time < $until) {
        my $s = $rude->accept or next;
        next if fork();
        rude($s);
        POSIX::_exit(0);
    }
    POSIX::_exit(0);
}

open(my $file, '>', "$t->{dir}/camera.key") or die $!;
print $file "hans:secretword\n";
close($file) or die $!;
chmod(0600, "$t->{dir}/camera.key");

my $stream = "rtsp://127.0.0.1:$port/stream";
my %camera = (
    real  => "$stream rotate=0 credentials=$t->{dir}/camera.key",
    nokey => "$stream?",
    wrong => "rtsp://hans:secretword\@127.0.0.1:$port/other?key=secretword",
    off   => 'rtsp://hans:secretword@127.0.0.1:' . Gmshoot::free_port() . '/x',
    drip  => 'rtsp://127.0.0.1:' . $rude->sockport . '/drip',
    endless => 'rtsp://127.0.0.1:' . $rude->sockport . '/endless',
);
$t->write_conf(ranges => join('', $sim, map {
    Gmshoot::range($_, camera => $camera{$_})
} sort keys %camera));

my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('sim') or diag($w->log_text);
see();
serve('h264');

ok($w->ready('real'), 'a lane looks through a camera that streams video')
    or diag(Gmshoot::Trouble::said($w->state('real')));
my $seen = $w->state('real')->{camera};
is($seen->{state}, 'ok', 'which is well');
is("$seen->{width}x$seen->{height}", '1280x720', 'and of the size of its video');

my %said = (
    nokey => qr{/stream wants a user and a password},
    wrong => qr{/other knows no stream under this path|/other does not allow},
    off   => qr{cannot be read: Connection refused},
    drip  => qr{/drip did not send a picture in time},
    endless => qr{/endless did not send a picture in time},
);

for my $lane (sort keys %said) {
    my $p = $t->wait_for(sub { problem($w->state($lane), 'camera-lost') },
                         'the problem', 8) || {};
    like($p->{detail} || '', $said{$lane}, "$lane: says what is wrong");
}

# While nobody looks a JPEG is made once a second; now somebody does

sub follow_soon {
    my ($last, $until) = (0, time + 10);

    while (time < $until) {
        my ($us) = ($t->get('/api/lanes/real/frame.jpg')->{header}{etag} || '')
            =~ /^"([0-9a-f]+)-/ or next;
        return 1 if $last && $us ne $last && hex($us) - hex($last) < 900_000;
        $last = $us;
    }
    return 0;
}

ok(follow_soon(), 'who looks sees more than one picture a second');

# What holds the stream, by itself: planes in the slots that are free, JPEGs as
# often as they are wanted

sub message {
    my ($from) = @_;
    my ($head, $body) = ('', '');
    while (length($head) < 40) {
        sysread($from, $head, 40 - length($head), length($head)) or return {};
    }
    my %m;
    @m{qw(magic kind size missed slot width height)} = unpack('V7', $head);
    while (length($body) < $m{size}) {
        sysread($from, $body, $m{size} - length($body), length($body))
            or return {};
    }
    return { %m, body => $body };
}

# A reader of its own: its slots, and both ends of what is said.
sub reader {
    my ($request) = @_;

    open(my $slots, "+>", undef) or die $!;
    truncate($slots, 4 * 8192 * 4096) or die $!;
    pipe(my $in, my $to) or die $!;
    pipe(my $from, my $out) or die $!;
    my $av = fork();
    die "fork: $!" if !defined $av;
    if (!$av) {
        POSIX::dup2(fileno($slots), 90);
        POSIX::dup2(fileno($in), 91);
        POSIX::dup2(fileno($out), 1);
        POSIX::dup2(91, 0);
        POSIX::dup2(90, 3);
        POSIX::close($_) for 4 .. 91;
        exec("$Gmshoot::build/gmshoot-av") or POSIX::_exit(1);
    }
    close($_) for $in, $out;
    $to->autoflush(1);
    print {$to} $request;
    return ($av, $slots, $to, $from);
}

{
    my ($av, $slots, $to, $from) = reader("url $stream\nuser hans\n"
        . "password secretword\n\njpeg 3600000\n");
    my @m = map { message($from) } 1 .. 4;
    is_deeply([map { $_->{slot} } @m], [0 .. 3], 'pictures fill the slots');
    is_deeply([map { "$_->{width}x$_->{height}" } @m], [('1280x720') x 4],
              'with planes of the size of the video');
    like($m[0]{body}, qr/^\xff\xd8.*\xff\xd9$/s, 'the first one has a JPEG');
    is_deeply([map { $_->{size} } @m[1 .. 3]], [0, 0, 0], 'no other one has');
    ok(!IO::Select->new($from)->can_read(0.3), 'nothing comes without a slot');
    print {$to} "free 2\njpeg 0\n";
    my $m = message($from);
    is($m->{slot}, 2, 'one that is given back is filled');
    cmp_ok($m->{missed}, '>', 0, 'what was left out meanwhile is told');
    ok($m->{size} > 0, 'and it has a JPEG, as all have when they are wanted');
    seek($slots, 2 * 8192 * 4096, 0);
    read($slots, my $plane, 1280 * 720);
    my @px = sort { $a <=> $b } unpack('C*', $plane);
    cmp_ok($px[-1] - $px[0], '>', 100, 'there is a picture in the slot');
    close($to);
    waitpid($av, 0);
    pass('it ends when nobody listens');
}

# What cameras send, each over both ways

system("$Gmshoot::build/t/lib/record", 'simulate: seed=72 size=320x240',
    'issf-10m-air-pistol', '4.5', $t->{dir}, '1') == 0 or die 'nothing recorded';
my %at = (h264 => Gmshoot::free_port(), h265 => Gmshoot::free_port(),
          mjpeg => Gmshoot::free_port());
push @peers, map { $t->spawn("$t->{dir}/$_.log", $python,
    "$FindBin::Bin/../lib/rtsp_server.py", $at{$_}, "$t->{dir}/00000.jpg", $_)
} sort keys %at;

# A certificate is believed when somebody vouches for it, by its name, before
# anything is asked.
my ($pem, $private) = Gmshoot::Tls::certificate($t->{dir}, 'camera.example',
    'IP:127.0.0.1');
my $tls_port = Gmshoot::free_port();
$t->put('both.pem', Gmshoot::slurp($pem) . Gmshoot::slurp($private));
push @peers, $t->spawn("$t->{dir}/tls.log", $python,
    "$FindBin::Bin/../lib/rtsp_server.py", '--tls', "$t->{dir}/both.pem",
    $tls_port, "$t->{dir}/00000.jpg");

# The first picture of a stream, or why there is none; who comes before the
# server is there comes again.
sub first {
    my ($request) = @_;
    my ($m, $until) = ({}, time + 20);

    while (time < $until && (!defined $m->{kind}
        || $m->{body} =~ /refused|in time/)) {
        my ($av, $slots, $to, $from) = reader("$request\n\n");
        $m = message($from);
        close($to);
        waitpid($av, 0);
    }
    return $m;
}

for ([ '127.0.0.1', "ca $pem", 1, 'one that is vouched for', qr/^\xff\xd8/ ],
     [ '127.0.0.1', 'transport tcp', 3, 'one that nobody vouches for',
       qr/certificate of rtsps.* is not believed: .*issuer is unknown/ ],
     [ 'localhost', "ca $pem", 3, 'one of another name',
       qr/is not believed: .*name in the certificate does not match/ ],
     [ '127.0.0.1', "ca $t->{dir}/none.pem", 3, 'one without who may vouch',
       qr/none\.pem holds no certificate/ ],
     [ 'localhost', 'verify no', 1, 'any, where one says so', qr/^\xff\xd8/ ])
{
    my ($host, $line, $kind, $name, $says) = @{$_};
    my $m = first("url rtsps://$host:$tls_port/stream\n$line");
    is($m->{kind}, $kind, "a certificate: $name")
        or diag(Gmshoot::slurp("$t->{dir}/tls.log"));
    like($m->{body}, $says, $kind == 1 ? 'is believed' : 'is not');
}

for my $codec (sort keys %at) {
    for my $way (qw(tcp udp)) {
        my $m = first("url rtsp://127.0.0.1:$at{$codec}/stream\n"
            . "transport $way");
        is($m->{kind}, 1, "$codec over $way: a picture comes")
            or diag($m->{body}, Gmshoot::slurp("$t->{dir}/$codec.log"));
        is($codec eq 'mjpeg' ? "$m->{slot}" : "$m->{width}x$m->{height}",
           $codec eq 'mjpeg' ? '4294967295' : '320x240',
           $codec eq 'mjpeg' ? 'as the camera made it' : 'and is decoded');
        like($m->{body}, qr/^\xff\xd8.*\xff\xd9$/s, 'with a JPEG');
    }
}

# Who was held up gives what is seen now, not what was seen meanwhile

# From the darkest to the lightest of a picture of 320x240 that came.
sub contrast {
    my ($slots, $m) = @_;
    seek($slots, $m->{slot} * 8192 * 4096, 0);
    read($slots, my $plane, 320 * 240);
    my @px = unpack('C*', $plane);
    return max(@px) - min(@px);
}

sub sees {
    my ($slots, $to, $from) = @_;
    my $m = message($from);
    return { contrast => -1, %{$m} } if ($m->{kind} || 0) != 1;
    print {$to} "free $m->{slot}\n";
    return { contrast => contrast($slots, $m), %{$m} };
}

# What the cameras of recordings see from now on.
sub shows {
    my ($jpeg) = @_;
    $t->put('next.jpg', $jpeg);
    rename("$t->{dir}/next.jpg", "$t->{dir}/00000.jpg") or die $!;
    return;
}

{
    my $request = "url rtsp://127.0.0.1:$at{h264}/stream\n\njpeg -1\n";
    my ($av, @late) = reader($request);
    my ($other, @now) = reader($request);
    sees(@now) for 1 .. 5;
    cmp_ok(sees(@late)->{contrast}, '>', 100, 'two look at a card') for 1 .. 5;
    message($late[2]) for 1 .. 4; # and has no free slot any more
    kill('STOP', $av);

    # so much of the card waits for it
    sees(@now) for 1 .. 8;
    shows(grey_jpeg(320, 240, 1));
    my ($plain, $until) = (0, time + 20);
    while (time < $until && $plain < 3) {
        $plain++ if sees(@now)->{contrast} < 20;
    }
    is($plain, 3, 'then at something plain');

    kill('CONT', $av);
    print {$late[1]} join('', map { "free $_\n" } 0 .. 3);
    my $m = sees(@late);
    is($m->{kind}, 1, 'who was held up meanwhile goes on')
        or diag($m->{body});
    cmp_ok($m->{contrast}, '<', 20, 'with what is there now');
    cmp_ok($m->{missed}, '>', 7, 'and tells what it left out');

    # the camera is set to smaller pictures in mid-stream
    shows(grey_jpeg(160, 128, 1));
    my $small = {};
    while (time < $until && ($small->{kind} || 1) == 1
        && ($small->{width} || 0) != 160)
    {
        $small = sees(@now);
    }
    is("$small->{width}x$small->{height}", '160x128',
       'another size in mid-stream is decoded on');
    close($_) for $late[1], $now[1];
    waitpid($_, 0) for $av, $other;
}

# Shots

my $events = $t->sse('/api/lanes/real/events');
$events->next(1);
is($t->json('POST', '/api/lanes/real/session', {})->{status}, 201,
   'a session');
is($t->json('POST', '/api/lanes/sim/session', {})->{status}, 201,
   'and shots are fired');

my $shots = 0;
$t->wait_for(sub {
    see();
    while (my $e = $events->next(0.05)) {
        $shots++ if ($e->{event} || '') eq 'shot';
    }
    return $shots == 3;
}, 'three shots', 20);
is($shots, 3, 'all of them are found');
is($t->insist('DELETE', '/api/lanes/real/session')->{json}{detail},
   '3 holes, 3 shots', 'and the paper agrees');

# What holds the stream dies, hangs, and is started again; the camera goes and
# comes back

sub lost {
    return $t->wait_for(sub { problem($w->state('real'), 'camera-lost') },
                        'the problem', 14);
}

sub back {
    return $t->wait_for(sub { $w->state('real')->{camera}{state} eq 'ok'
        && !problem($w->state('real'), 'camera-lost') }, 'the camera', 14);
}

my $pid = $w->lane_pid('real');
my ($reader) = readers($w, 'real');
ok($reader, 'one process holds the stream');
kill('STOP', $reader);
like((lost() || {})->{detail} || '', qr/gmshoot-av hangs/,
     'one that hangs is missed');
ok(back(), 'and replaced');
ok(!alive($reader), 'it is ended');

dies();
ok(lost(), 'a camera that is gone is missed');
serve('mjpeg');
ok(back(), 'and looked through again when it is back, with another codec');
is($w->state('real')->{camera}{width}, 1280, 'which shows the same');
is($w->lane_pid('real'), $pid, 'the lane lives');

($reader) = readers($w, 'real');
kill('KILL', $pid);
ok($t->wait_for(sub { !alive($reader) }, 'its end', 5),
   'it ends with its lane');
ok($t->wait_for(sub { readers($w, 'real') }, 'another', 10),
   'and starts with it');

# The password

my ($arguments) = map { Gmshoot::slurp("/proc/$_/cmdline")
    . Gmshoot::slurp("/proc/$_/environ") } readers($w, 'real');
unlike($arguments, qr/secretword|hans/, 'no list of processes tells it');
unlike($t->get('/api/lanes')->{body} . $t->get('/metrics')->{body},
       qr/secretword/, 'nor a state');
unlike($w->log_text, qr/secretword/, 'nor the log of the worker');
unlike($t->log_text, qr/secretword/, 'nor that of nginx');

my @readers = map { readers($w, $_) } sort keys %camera;
$w->finish;
is(scalar(grep { alive($_) } @readers), 0, 'nothing is left behind');
$t->finish;
