#!/usr/bin/perl

# nginx as one process, for debugging; and an nginx that loads the module and
# uses none of it.  (Peers: a module that crashes servers without any of its
# directives after an upgrade of the distribution.)

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time);

use Gmshoot;
use Gmshoot::Trouble qw(alive fds);

subtest 'master_process off' => sub {
    my $t = Gmshoot->new(edit => sub { s/^/master_process off;\n/ });
    my $w = $t->worker;
    $w->say('lane lane1 aa')->say('burst lane1 1 1 50')->say('need 1');
    $t->start;
    like($w->expect(qr/^config/), qr/"lane1"/, 'it hands its ranges over');
    ok($t->link_up, 'and has a link');
    is(join(' ', $t->worker_pids), '', 'without another process');

    my $s = $t->sse('/api/lanes/lane1/events');
    $s->next_of('lane');
    $w->say('event lane1 2 shot {"lane":"lane1","seq":2}');
    is(($s->next_of('shot') || {})->{json}{seq}, 2, 'streams go');
    is($t->json('POST', '/api/lanes/lane1/session', {})->{status}, 200,
       'commands are answered');

    $w->kill9;
    is(($s->next_of('lane') || {})->{json}{link}, 'down',
       'a worker that dies is missed');
    $w->run;
    $w->say('lane lane1 aa')->say('burst lane1 1 2 50');
    ok($t->link_up, 'and found again');
    $w->say('event lane1 3 shot {"lane":"lane1","seq":3}');
    is(($s->next_of('shot') || {})->{json}{seq}, 3, 'its streams go on');
    cmp_ok($t->stop, '<', 2, 'QUIT with a stream takes no time');
    $t->finish;
};

subtest 'without a directive' => sub {
    my $t = Gmshoot->new(workers => 2, conf => <<'CONF');
%%GLOBALS%%
http {
    %%HTTP%%
    server { listen 127.0.0.1:%%PORT%%; root %%DIR%%; }
}
CONF
    $t->start;
    is($t->get('/ranges.conf')->{status}, 200, 'nginx serves');
    is(scalar(grep { m{memfd|link\.sock} } map { values %{ fds($_) } }
              $t->worker_pids), 0, 'and holds nothing of ours');
    my @old = $t->worker_pids;
    $t->reload;
    ok($t->wait_for(sub { !grep { alive($_) } @old }), 'it reloads');
    is($t->get('/ranges.conf')->{status}, 200, 'and serves on');
    unlike($t->log_text, qr/gmshoot:/, 'without a word of the module');
    $t->finish;
};

done_testing();
