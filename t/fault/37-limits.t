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

# Those who look on, until one of them is refused.
sub crowd {
    my ($t, $most) = @_;
    my @in;

    for (1 .. $most) {
        my $s = $t->sse('/api/lanes/lane1/events');
        $s->next_of('lane', 10) or last;
        push @in, $s;
    }
    return @in;
}

sub hears {
    my ($s, $seq) = @_;
    my $e = $s->next_of('shot', 10) || {};
    return ($e->{json}{seq} || 0) == $seq;
}

# A crowd takes all that it is given of something; then those who never end
# their first word take the rest, and the worker is killed and comes back.
sub is_exhausted {
    my ($what, $full, %arg) = @_;

    my $t = started(%arg, allowed => $full);
    my $w = $t->{fake};
    my $events = '/api/lanes/lane1/events';

    $t->link_up;
    my @in = crowd($t, 60);
    cmp_ok(scalar @in, '>', 10, "$what: " . @in . ' clients come in');
    cmp_ok(scalar @in, '<', 60, 'and then none');
    for my $path ($events, '/api/events', '/api/lanes/lane1/live') {
        my $r = $t->get($path);
        $t->is_problem($r, 503, 'crowded', "$path is full, which is said");
        is($r->{header}{'retry-after'}, 5, 'and when to come back');
    }
    $w->say('answer 200 {}');
    is($t->json('POST', '/api/lanes/lane1/paper', { paper => 'new' })->{status},
       200, 'commands are done all the same');
    is(told($t, $full), 0, 'of all that there is there is still some left');
    $w->say('event lane1 2 shot {"lane":"lane1","seq":2}');
    is(scalar(grep { hears($_, 2) } @in), scalar @in, 'who is in is served');

    my @half = map { Gmshoot::Stream->raw($t->{port}, "GET / HTTP/1.1\r\nA:") }
        1 .. 70;
    ok($t->wait_for(sub { told($t, $full) }), 'half a request each, of many, '
       . 'takes what was left');
    $w->kill9;
    $_->next_of('lane', 5) for @in[0, -1];
    push @half, map { Gmshoot::Stream->raw($t->{port}, 'G') } 1 .. 5;
    $w->run;
    $w->say('lane lane1 aa')->say('burst lane1 1 2 50');
    $w->say('event lane1 3 shot {"lane":"lane1","seq":3}');
    ok($t->wait_for(sub { told($t, 'link to the worker .* is up') == 2 }),
       'the link has kept what it needs');
    is(scalar(grep { hears($_, 3) } @in), scalar @in, 'nobody gave way for it');
    is(told($t, 'connect\(\) to the worker .*Too many open files'), 0,
       'and it was never without');

    @in = @half = ();
    ok($t->link_up, 'when they have left nginx is as before');
    is(scalar(my @next = crowd($t, 10)), 10, 'and takes others');
    return $t->finish;
}

subtest 'worker_connections' => sub {
    is_exhausted('connections', qr/\d+ worker_connections are not enough/,
        connections => 40);
};

subtest 'worker_rlimit_nofile' => sub {
    is_exhausted('descriptors', qr/accept4?\(\) failed.*Too many open files/,
        edit => sub { s/^/worker_rlimit_nofile 90;\n/ });
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
