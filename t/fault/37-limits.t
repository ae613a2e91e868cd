#!/usr/bin/perl

# Where nginx comes to its limits: connections, descriptors, a link that it may
# not open.  What is there goes on, trouble is said once, and all is well as
# soon as there is room again.  (Peers: memory and processor time eaten by what
# cannot be had, connections that are never given back.)

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Trouble qw(fds);

sub started {
    my (%arg) = @_;

    my $t = Gmshoot->new(%arg);
    $t->worker->say('lane lane1 aa')->say('burst lane1 1 1 50');
    $t->start;
    return $t;
}

sub told {
    my ($t, $what) = @_;
    my $n = () = $t->log_text =~ /$what/g;
    return $n;
}

# Clients until one of them is not answered: those that are.
sub crowd {
    my ($t, $most) = @_;
    my @in;

    for (1 .. $most) {
        my $s = eval { $t->sse('/api/lanes/lane1/events') } or last;
        $s->next_of('lane', 1.5) or last; # nginx may wait half a second
        push @in, $s;
    }
    return @in;
}

sub hears {
    my ($s, $seq) = @_;
    my $e = $s->next_of('shot', 10) || {};
    return ($e->{json}{seq} || 0) == $seq;
}

# A crowd takes all that there is of something; then the worker is killed, and
# comes back; then the crowd leaves.
sub is_exhausted {
    my ($t, $what) = @_;
    my $w = $t->{fake};

    $t->link_up;
    my @in = crowd($t, 60);
    cmp_ok(scalar @in, '>', 10, "$what: " . @in . ' clients come in');
    cmp_ok(scalar @in, '<', 60, 'and then none');
    $w->say('event lane1 2 shot {"lane":"lane1","seq":2}');
    is(scalar(grep { hears($_, 2) } @in), scalar @in, 'all of these are served');

    $w->kill9;
    $_->next_of('lane', 5) for @in[0, -1];
    push @in, crowd($t, 5);     # what the link had is taken at once
    $w->run;
    $w->say('lane lane1 aa')->say('burst lane1 1 2 50');
    $w->say('event lane1 3 shot {"lane":"lane1","seq":3}');
    return @in;
}

# --- connections

subtest 'worker_connections' => sub {
    my $t = started(edit => sub {
        s/worker_connections 512/worker_connections 20/ });
    my @in = is_exhausted($t, 'connections');

    ok($t->wait_for(sub { told($t, 'link to the worker .* is up') == 2 }),
       'a link that broke finds room: who came last gives way');
    my @stay = grep { hears($_, 3) } @in[0 .. 7];
    is(scalar @stay, 8, 'those who came first stay');
    is(told($t, 'a client was cut off'), 2, 'two are cut off, and it is told');
    @in = @stay = ();
    ok($t->link_up, 'when they have left nginx is as before');
    is(scalar(my @next = crowd($t, 10)), 10, 'and takes others');
    $t->{allowed} = qr/\d+ worker_connections are not enough$/; # for accept()
    $t->finish;
};

# --- descriptors

subtest 'worker_rlimit_nofile' => sub {
    my $t = started(edit => sub { s/^/worker_rlimit_nofile 30;\n/ });
    my @in = is_exhausted($t, 'descriptors');

    my $full = qr/connect\(\) to the worker .*Too many open files/;
    ok($t->wait_for(sub { told($t, $full) }), 'the link finds none');
    my @stay = grep { !$_->ended(0.01) } @in[0 .. 9];
    is(scalar @stay, 10, 'those who are there stay');
    @in = @stay = ();
    ok($t->link_up, 'when they have left nginx is as before');
    is(scalar(my @next = crowd($t, 10)), 10, 'and takes others');
    is(told($t, $full), 1, 'what was missing was told once');
    $t->finish;
};

# --- a link that nginx may not open, nor find

subtest 'link' => sub {
    my ($group) = getgrgid((getpwnam('nobody'))[3]);
    my $t = Gmshoot->new(user => "nobody $group");
    my $w = $t->worker;

    chmod(0755, $t->{dir});
    chmod(0, "$t->{dir}/link.sock");
    $t->start;
    my $denied = qr/connect\(\) to the worker .*Permission denied/;
    ok($t->wait_for(sub { told($t, $denied) }), 'who may not open it says so');
    is($t->get('/readyz')->{status}, 503, 'and is not ready');
    $w->say('close');
    my $absent = qr/connect\(\) to the worker .*No such file/;
    ok($t->wait_for(sub { told($t, $absent) }), 'who finds none does, too');
    $w->say('listen');
    chmod(0666, "$t->{dir}/link.sock");
    ok($t->link_up, 'when it may it does');
    is(told($t, $denied) . ' ' . told($t, $absent), '1 1',
       'each was told once');
    $t->finish;
};

done_testing();
