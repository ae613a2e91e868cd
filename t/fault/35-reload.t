#!/usr/bin/perl

# A configuration that changes under running lanes: only what changed is
# restarted, nothing under an open session, and the last one is found again.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(problem children alive);

# One range, told by its title.
sub lane {
    my ($n, $title) = @_;
    return Gmshoot::range("lane$n", title => qq{"$title"},
        camera => "simulate: seed=$n fps=4 size=640x480");
}

my $t = Gmshoot->new(ranges => lane(1, 'A') . lane(2, 'A') . lane(3, 'A'));
my $w = Gmshoot::Real->new($t);

sub reload {
    $t->write_conf(ranges => $_[0]);
    return $t->reload;
}

# Pids once every lane named is in the state that was asked for.
sub settled {
    my ($what, %title) = @_;

    my $all = $t->wait_for(sub {
        my $all = $t->get_json('/api/lanes');
        my %is = map { $_->{name} => ($_->{state} || {})->{title} || '' }
            @{ $all->{lanes} || [] };
        return if ($all->{link} || '') ne 'up';
        return if join(' ', sort keys %is) ne join(' ', sort keys %title);
        return if grep { $is{$_} ne $title{$_} } keys %title;
        return $all;
    }, $what, 8);
    ok($all, $what);

    return { map { $_->{name} => $_->{state}{process}{pid} }
        @{ ($all || {})->{lanes} || [] } };
}

$t->start;
my $first = settled('all lanes come up',
                    lane1 => 'A', lane2 => 'A', lane3 => 'A');

# Nothing changed

reload(lane(1, 'A') . lane(2, 'A') . lane(3, 'A'));
sleep(0.7);
is_deeply(settled('a reload that changes nothing',
                  lane1 => 'A', lane2 => 'A', lane3 => 'A'), $first,
          'restarts nothing');

# One changed, one gone, one new

reload(lane(1, 'A') . lane(2, 'B') . lane(4, 'A'));
my $second = settled('one lane changes, one goes, one comes',
                     lane1 => 'A', lane2 => 'B', lane4 => 'A');
is($second->{lane1}, $first->{lane1}, 'what did not change goes on');
isnt($second->{lane2}, $first->{lane2}, 'what changed is started anew');
ok(!alive($first->{lane3}), 'the process of what went is gone');
is(scalar(children($w->{pid})), 3, 'no process is left over');
is($t->get('/api/lanes/lane3')->{status}, 404, 'nor is its page');

# A wrong configuration never arrives

$t->write_conf(ranges => lane(1, 'C') . lane(1, 'C'));
kill('HUP', $t->{pid});
sleep(0.7);
is_deeply(settled('a configuration that is wrong changes nothing',
                  lane1 => 'A', lane2 => 'B', lane4 => 'A'), $second,
          'and restarts nothing');

# Under an open session

$w->ready('lane1');
my $session = $t->json('POST', '/api/lanes/lane1/session', {})->{json}
    {session};
ok($session, 'a session is open');

reload(lane(1, 'D') . lane(2, 'D') . lane(4, 'A'));
my $third = settled('only the lane without a session changes',
                    lane1 => 'A', lane2 => 'D', lane4 => 'A');
is($third->{lane1}, $first->{lane1}, 'the one with a session goes on');
my $p = $t->wait_for(sub { problem($w->state('lane1'), 'config-pending') },
                     'the problem', 3);
like(($p || {})->{detail} || '', qr/end the session/,
     'and tells that a change waits, and for what');
my $config = $t->get_json('/api/config');
is("@{ $config->{pending} }", 'lane1', 'so does the configuration, which is');
is(join(' ', map { $_->{name} } @{ $config->{ranges}{lanes} }),
   'lane1 lane2 lane4', 'that which was accepted');
is($config->{refused}, undef, 'and not refused');

# The worker is killed meanwhile; nginx stays.
$w->kill9;
$w->start;
$third = settled('a new worker goes on with what is in force',
                 lane1 => 'A', lane2 => 'D', lane4 => 'A');
is($w->state('lane1')->{session}{id}, $session, 'and with the session');
ok($t->wait_for(sub { problem($w->state('lane1'), 'config-pending') },
    'the problem', 3), 'the change still waits');

# It is even taken out under its session.
reload(lane(2, 'D') . lane(4, 'A'));
sleep(0.3);
$third = settled('a lane that is taken out stays while it has a session',
                 lane1 => 'A', lane2 => 'D', lane4 => 'A');
my $r = $t->json('DELETE', '/api/lanes/lane1/session');
is($r->{status}, 200, 'which can be ended') or diag($r->{body});
settled('and then it goes', lane2 => 'D', lane4 => 'A');

# The worker alone, and nginx later

$t->stop;
ok($w->stop, 'the worker leaves');
$w->start;
ok($t->wait_for(sub { children($w->{pid}) == 2 }, 'its lanes', 5),
   'a worker alone starts its lanes from what it was last told');
my @alone = children($w->{pid});

$t->start;
my $last = settled('an nginx that comes later finds them',
                   lane2 => 'D', lane4 => 'A');
is(join(' ', sort { $a <=> $b } values %{$last}),
   join(' ', sort { $a <=> $b } @alone), 'as they are');

$t->{allowed} = qr/duplicate|already|gmshoot_range "lane1"/;
$w->finish;
$t->finish;
