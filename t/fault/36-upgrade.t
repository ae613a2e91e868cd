#!/usr/bin/perl

# nginx's program is replaced while it runs (USR2), and back again; worker and
# module of different versions say so and go on with what they have.  (Peers:
# modules that crash or lose their shared state with a new binary.)

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use File::Copy qw(copy);
use IO::Select;
use Socket qw(AF_UNIX SOCK_SEQPACKET SOMAXCONN pack_sockaddr_un);
use Test::More;
use Time::HiRes qw(time);

use Gmshoot;
use Gmshoot::Audience;
use Gmshoot::Daemon;
use Gmshoot::Trouble qw(alive fds);

Gmshoot::needs();

my $lib = "$Gmshoot::build/t/lib";
plan(skip_all => 'no next_worker, run make test')
    if !$ENV{GMS_NGINX} && !-x "$lib/next_worker";

my $t = Gmshoot::Daemon->new(workers => 2);
my $w = $t->worker;

# Installed by a rename, as packages do.
sub install {
    my ($module) = @_;
    copy($module, "$t->{dir}/new.so") or die "$module: $!";
    rename("$t->{dir}/new.so", "$t->{dir}/module.so") or die $!;
    return;
}

if (!$ENV{GMS_NGINX}) {
    install($t->{module});
    $t->write_conf(module => "$t->{dir}/module.so");
}

$w->say('lane lane1 aa');
$w->say('burst lane1 1 1 50');
$t->start;
$t->link_up;

my $all = Gmshoot::Audience->new($t, 6);
ok($all->heard(1, 10), 'clients of a daemon begin');

my $seq = 1;

# Publishes until something is so; what it is.
sub meanwhile {
    my ($condition) = @_;

    return $t->wait_for(sub {
        $w->say('burst lane1 ' . ($seq + 1) . ' 3 300');
        $seq += 3;
        $all->listen(0.001);
        return $condition->();
    });
}

sub leave {
    my ($pid, $signal) = @_;
    my @workers = grep { Gmshoot::slurp("/proc/$_/cmdline") =~ /worker/ }
        split(' ', Gmshoot::slurp("/proc/$pid/task/$pid/children"));

    kill($signal, $pid);
    my $asked = time;
    meanwhile(sub { !grep { alive($_) } @workers });
    return time - $asked;
}

# --- forth

my $first = $t->{pid};
my $second = $t->upgrade;
ok($second, 'a new program runs beside the old one');
is($t->pid_in('nginx.pid.oldbin'), $first, 'which is there still');
cmp_ok(leave($first, 'WINCH'), '<', 5, 'its processes leave when told to');
ok(meanwhile(sub { $all->heard($seq, 0.5) }), 'streams go on with the new one');
kill('QUIT', $first);
ok($t->gone($first), 'and the old one goes');

# --- and back: the old one is given its processes again, the new one goes

$t->{pid} = $second;
my $third = $t->upgrade;
ok($third, 'another new program runs');
leave($second, 'WINCH');
my $started = $t->workers_started;
kill('HUP', $second);
ok(meanwhile(sub { $t->workers_started >= $started + 2 }),
   'the old one takes its work up again');
leave($third, 'QUIT');
ok($t->gone($third), 'the new one goes');
ok($t->wait_for(sub { $t->pid_in('nginx.pid') == $second }),
   'and the old one is what it was');

ok($all->heard($seq, 20), 'all is heard in the end');
is($all->wrong(1, $seq), '', "each client has each of $seq events once, in "
   . 'order, through both');
is($all->again, 0, 'and none needed a second snapshot');
my $r = $t->json('POST', '/api/lanes/lane1/session', {});
is($r->{status}, 200, 'commands are answered');

# --- a worker of another layout

sub told {
    my ($what) = @_;
    my $n = () = $t->log_text =~ /$what/g;
    return $n;
}

# A worker that answers with the few words that all versions have in common,
# until this was told twice and it was dialed often.
sub speaks {
    my ($layout, $what) = @_;

    unlink("$t->{dir}/link.sock");
    socket(my $s, AF_UNIX, SOCK_SEQPACKET, 0) or die "socket: $!";
    bind($s, pack_sockaddr_un("$t->{dir}/link.sock")) or die "bind: $!";
    listen($s, SOMAXCONN) or die "listen: $!";
    my $dialed = 0;
    ok($t->wait_for(sub {
        if (IO::Select->new($s)->can_read(0.1)) {
            accept(my $peer, $s) or die "accept: $!";
            recv($peer, my $hello, 4096, 0);
            send($peer, pack('LLLL', 0x4b4c4d47, 1, $layout, 0), 0);
            $dialed++;
        }
        return $dialed >= 6 && told($what) >= 2;
    }), "who speaks layout $layout is dialed again and again");
    close($s);
    return;
}

$w->end;
ok($t->wait_for(sub { told('broke: the worker is gone') >= 2 }),
   'the worker is stopped for an upgrade');
my $older = qr/memory layout 2000, this nginx reads 1; restart the older one, a reload keeps the old module/;
speaks(2000, $older);
is(told($older), 2, 'each process says once which layouts differ, and what '
   . 'to do');
speaks(0, qr/memory layout 0, this nginx reads 1;/);
is(told('memory layout'), 4, 'of yet another one, too, once');
is($t->get_json('/api/lanes/lane1')->{seq}, $seq,
   'the last state is served meanwhile');

SKIP: {
    skip 'the module is in this nginx', 7 if $ENV{GMS_NGINX};

    # --- the new module, by a reload and by a new program

    $w = Gmshoot::Worker->new("$lib/next_worker", "$t->{dir}/link.sock");
    $w->say('lane lane1 aa');
    $w->say("burst lane1 1 $seq 50");
    install("$lib/next_module.so");
    my $before = told($older);
    $t->reload;
    ok($t->wait_for(sub { told($older) >= $before + 2 }),
       'a reload keeps the old module, and says so');
    is($t->get_json('/api/lanes')->{link}, 'down', 'which cannot read it');

    my $next = $t->upgrade;
    ok($t->wait_for(sub { told('is up') >= 2 }), 'USR2 loads the new');
    kill('QUIT', $t->{pid});
    ok($t->gone($t->{pid}), 'the old one goes');
    $t->{pid} = $next;
    ok($t->link_up, 'the new one reads what the worker writes');
    ok(meanwhile(sub { $all->heard($seq, 0.5) }), 'streams go on');
    is($all->wrong(1, $seq), '', 'without a gap');
}

$w->end;
$t->finish;
