#!/usr/bin/perl

# Places that cannot be used: a port, a link socket, a state folder, the
# folder of one lane.  Each time one sentence that says what to do.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use IO::Socket::INET;
use IO::Socket::UNIX;
use JSON::PP;
use Socket qw(SOCK_SEQPACKET);
use Test::More;

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(problem run_command);

my $t = Gmshoot->new(ranges => join('', map {
    Gmshoot::range("lane$_", camera => "simulate: seed=$_ fps=5 size=640x480")
} 1 .. 2));
my @worker = ("$Gmshoot::build/gmshoot", 'worker');

# A refusal to start: exit 1 and one line whose detail is this.
sub refused {
    my ($name, $said, @arg) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my ($status, undef, $err) = run_command($t->{dir}, 5, '', @worker, @arg);

    is($status, 1, "$name: the worker does not start");
    my @line = split(/\n/, $err);
    is(scalar @line, 1, 'and says so in one line') or diag($err);
    my $detail = (eval { decode_json($line[0]) } || {})->{detail} || '';
    like($detail, $said, 'that says what to do');
    return;
}

my @state = ('--state', "$t->{dir}/state");
my @link = ('--link', "$t->{dir}/link.sock");

# The state folder

$t->put('file', 'no folder');
refused('a file in place of the state folder',
        qr/file cannot be written \(Not a directory\): .*--state/,
        '--state', "$t->{dir}/file", @link);
refused('a state folder under a file', qr/cannot be written .*--state/,
        '--state', "$t->{dir}/file/state", @link);
ok(!-e "$t->{dir}/link.sock", 'no socket is left');

SKIP: {
    skip('only root can play another user', 6) if $> != 0;

    my $uid = getpwnam('nobody') || 65534;
    my $run = sub {
        my @say = ('perl', '-e', '($<, $>) = ($ARGV[0], $ARGV[0]); '
            . 'shift; exec @ARGV or exit 127', $uid, @_);
        chmod(0777, $t->{dir});
        return run_command($t->{dir}, 5, '', @say);
    };

    # A clone below root's own folder is out of reach for anybody else.
    my ($reached) = $run->($worker[0], '--help');
    skip("$worker[0] is out of reach for another user", 6) if $reached != 0;

    mkdir("$t->{dir}/roots", 0755);
    my ($status, undef, $err) = $run->(@worker, '--state', "$t->{dir}/roots",
                                       @link);
    is($status, 1, 'a state folder of another user: not started');
    like($err, qr/roots cannot be written \(Permission denied\): give it/,
         'and it says what to do');

    my $s = IO::Socket::UNIX->new(Type => SOCK_SEQPACKET, Listen => 1,
        Local => "$t->{dir}/theirs.sock") or die "socket: $!";
    chown($uid, -1, "$t->{dir}/theirs.sock");
    refused('a link socket of another user',
            qr/theirs\.sock .*belongs to another user.*--link/, @state,
            '--link', "$t->{dir}/theirs.sock");
    ok(-S "$t->{dir}/theirs.sock", 'which is left alone');
}

# The link

refused('a file in place of the link socket',
        qr{/file cannot be opened .*non-socket.*choose another with --link},
        @state, '--link', "$t->{dir}/file");
is(Gmshoot::slurp("$t->{dir}/file"), 'no folder', 'the file is left alone');
refused('a link socket in a folder that cannot be',
        qr/cannot be opened .*--link/, @state,
        '--link', "$t->{dir}/file/link.sock");
refused('a link socket with a name that is too long',
        qr/cannot be opened .*--link/, @state,
        '--link', "$t->{dir}/" . 'x' x 120);

# The socket of a worker that was killed is no obstacle.
{
    my $s = IO::Socket::UNIX->new(Type => SOCK_SEQPACKET, Listen => 1,
        Local => "$t->{dir}/link.sock") or die "socket: $!";
    $s->close;
    ok(-S "$t->{dir}/link.sock", 'a socket nobody listens to');
}

# The folder of one lane

mkdir("$t->{dir}/state");
mkdir("$t->{dir}/state/lanes");
$t->put('state/lanes/lane1', 'no folder');

my $w = Gmshoot::Real->new($t);
$t->start;

ok($w->ready('lane2'), 'does not keep the worker from starting');

my $p = $t->wait_for(sub { problem($w->state('lane1'), 'store-failing') },
                     'the problem', 4) || {};
like($p->{detail} || '', qr{lanes/lane1.*Not a directory},
     'a lane whose folder is a file says so');
is($w->state('lane1')->{state}, 'failed', 'and is failed');
my $r = $t->json('POST', '/api/lanes/lane1/session', {});
is($r->{status}, 503, 'a command to it is refused');
like($r->{json}{detail} || '', qr/Not a directory/, 'with the reason');
sleep(2);
my $pid = $w->lane_pid('lane2');

# Mended, it comes back by itself.
unlink("$t->{dir}/state/lanes/lane1");
ok($w->ready('lane1'), 'once that is mended the lane works');
is($w->lane_pid('lane2'), $pid, 'the other lane did not notice');

is(scalar(() = $w->log_text =~ /journal not opened/g), 1,
   'the log said it once');

# The port

my ($status, undef, $err);
{
    local @ENV{qw(BUILD PORT RUN)} =
        ($Gmshoot::build, $t->{port}, "$t->{dir}/run");
    ($status, undef, $err) = run_command($t->{dir}, 10, '',
                                         "$Gmshoot::repo/tools/run.sh");
}
is($status, 1, 'make run on a port that is in use ends');
is($err, "gmshoot: port $t->{port} is in use: choose another with PORT=\n",
   'with one sentence that says what to do');

$w->finish;
$t->finish;
