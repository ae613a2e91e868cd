#!/usr/bin/perl

# A camera that streams H.264 over RTSP: shots are found in it; what goes wrong
# is told in one sentence and gets well by itself; its password stands nowhere;
# no process is left behind.  The camera is GStreamer's server, playing what
# another lane's simulated one shows.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(alive problem still);

my $python = '/usr/bin/python3';
my $port = Gmshoot::free_port();
my ($server, $t, $picture);

sub serve {
    $server = $t->spawn("$t->{dir}/rtsp.log", $python,
        "$FindBin::Bin/../lib/rtsp_server.py", $port, $picture, 'hans',
        'secretword');
    return;
}

sub dies {
    kill('KILL', $server);
    waitpid($server, 0);
    undef $server;
    return;
}

END {
    local $?;
    kill('KILL', $server) if $server;
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
);
$t->write_conf(ranges => join('', $sim, map {
    Gmshoot::range($_, camera => $camera{$_})
} sort keys %camera));

my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('sim') or diag($w->log_text);
see();
serve();

ok($w->ready('real'), 'a lane looks through a camera that streams video')
    or diag(Gmshoot::Trouble::said($w->state('real')));
my $seen = $w->state('real')->{camera};
is($seen->{state}, 'ok', 'which is well');
is("$seen->{width}x$seen->{height}", '1280x720', 'and of the size of its video');

my %said = (
    nokey => qr{/stream wants a user and a password},
    wrong => qr{/other knows no stream under this path|/other does not allow},
    off   => qr{cannot be read: Connection refused},
);

for my $lane (sort keys %said) {
    my $p = $t->wait_for(sub { problem($w->state($lane), 'camera-lost') },
                         'the problem', 8) || {};
    like($p->{detail} || '', $said{$lane}, "$lane: says what is wrong");
}

# Shots

my $events = $t->sse('/api/lanes/real/events');
$events->next(1);
is($t->json('POST', '/api/lanes/real/session', {})->{status}, 201,
   'a session');
is($t->json('POST', '/api/lanes/sim/session', {})->{status}, 201,
   'and shots are fired');

my $shots = 0;
my $until = time + 20;
while (time < $until && $shots < 3) {
    see();
    while (my $e = $events->next(0.05)) {
        $shots++ if $e->{event} eq 'shot';
    }
}
is($shots, 3, 'all of them are found');
is($t->json('DELETE', '/api/lanes/real/session')->{json}{detail},
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
serve();
ok(back(), 'and looked through again when it is back');
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
