#!/usr/bin/perl

# A lane that hangs is noticed by its heartbeat, killed and replaced, and so is
# the archive; a supervisor that is told to end does not wait for them.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(alive archive);

my $t = Gmshoot->new(ranges => join('', map {
    Gmshoot::range("lane$_", camera => "simulate: seed=$_ fps=5 size=640x480")
} 1 .. 2));
my $w = Gmshoot::Real->new($t);

$t->start;
$w->ready($_) or diag($w->log_text) for 'lane1', 'lane2';

my %pid = map { $_ => $w->lane_pid($_) } 'lane1', 'lane2';

$t->wait_for(sub { $t->get('/readyz')->{status} == 200 }, 'the range', 5);
my $archive = archive($w->{pid});
my $since = $t->get_json('/api/system')->{archive}{started_us};
my $at = time;
kill('STOP', $pid{lane1}, $archive);
is($t->get('/readyz')->{status}, 200, 'without the archive lanes are ready');

ok($t->wait_for(sub {
    my $p = $w->lane_pid('lane1');
    return $p && $p != $pid{lane1};
}, 'the lane to live again', 18), 'a lane that stands still is replaced');

my $took = time - $at;
cmp_ok($took, '<', Gmshoot::sanitized() ? 60 : 13,
       sprintf('in good time (%.1f s)', $took));
cmp_ok($took, '>', 8, 'but is given the time that a slow camera may take');
ok(!alive($pid{lane1}), 'the one that hung is gone');
is($w->lane_pid('lane2'), $pid{lane2}, 'the other lane did not notice');

ok($t->wait_for(sub {
    ($t->get_json('/api/system')->{archive}{started_us} || 0) > $since
}, 'another archive', 5), 'an archive that stands still is replaced, too');
ok(!alive($archive), 'and gone');

my @log = sort map { /"msg":"([^"]+)".*"for_lane":"(\w*)"/ ? "$1 $2" : () }
    grep { /process hangs/ } split(/\n/, $w->log_text);
is(join(', ', @log), 'archive process hangs: killed , '
    . 'lane process hangs: killed lane1',
   'the log says so once of each, and names the lane');

ok($w->ready('lane1'), 'the new one works');

my $hung = $w->lane_pid('lane1');
kill('STOP', $hung, archive($w->{pid}));
$took = $w->stop;
ok(defined $took && $took < 3, 'what hangs holds up the end for less than '
    . 'three seconds') or diag($took || 'had to be killed');
ok(!alive($hung), 'and does not stay behind');

$w->finish;
$t->finish;
