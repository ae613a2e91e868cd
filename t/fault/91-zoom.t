#!/usr/bin/perl

# The camera of a real lane zooms in mid-session: it is told, what is on record
# stays where it is in millimetres, and the next shots are as right as before.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use List::Util qw(max);
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;

my $caliber = 4.5;

# With sanitizers as many pictures, and shots between them, in more time.
my $pace = Gmshoot::sanitized() ? 4 : 1;
my $t = Gmshoot->new(ranges => Gmshoot::range('lane1',
    camera => sprintf('simulate: seed=91 fps=%g size=960x720 fill=0.75 '
        . 'backer=grey noise=0.7 shots=8 first=%g interval=%g jitter=%g '
        . 'series=0 overlap=0 sigma=14 zoom=1.2 zoom_at=%g', 8 / $pace,
        map { $_ * $pace } 3, 1.5, 0.1, 8.3)));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('lane1') or diag($w->log_text);

my $before = $w->state('lane1')->{calibration};
my $stream = $t->sse('/api/lanes/lane1/events');
is($t->json('POST', '/api/lanes/lane1/session', {})->{status}, 201, 'a session');

my (@truth, @shots, @calibrations);
my $until = time + 45 * $pace;
while (time < $until && @shots < 8) {
    my $e = $stream->next(0.1) or next;
    my $is = $e->{event} || '';
    push @truth, $e->{json} if $is eq 'truth';
    push @shots, { %{ $e->{json} }, after => scalar @calibrations }
        if $is eq 'shot';
    push @calibrations, $e->{json} if $is eq 'calibration';
}

is(scalar @truth, 8, 'eight shots are fired');
is(scalar @shots, 8, 'all are found, none more');
is(scalar @calibrations, 1, 'the zoom is told, once')
    or diag(join("\n", map { $_->{reason} } @calibrations));
my $zoomed = $calibrations[0] || { px_per_mm => 0 };
cmp_ok(abs($zoomed->{px_per_mm} / $before->{px_per_mm} - 1.2), '<', 0.01,
       'by how much the picture is larger');
ok(length $zoomed->{reason}, "and why: " . ($zoomed->{reason} || ''));
cmp_ok(abs($w->state('lane1')->{calibration}{px_per_mm}
           - $zoomed->{px_per_mm}), '<', 0.001, 'the state goes by it');

# How far from what was fired, in calibers.
sub off {
    my ($shot) = @_;
    my ($nearest) = sort { $a <=> $b }
        map { sqrt(($_->{x_mm} - $shot->{x_mm}) ** 2
                   + ($_->{y_mm} - $shot->{y_mm}) ** 2) / $caliber } @truth;
    return $nearest;
}

my @early = grep { !$_->{after} } @shots;
my @late = grep { $_->{after} } @shots;
cmp_ok(scalar @early, '>=', 3, 'shots were fired before');
cmp_ok(scalar @late, '>=', 3, 'and after');
cmp_ok(max(0, map { off($_) } @early), '<', 0.15, 'those before are in place');
cmp_ok(max(0, map { off($_) } @late), '<', 0.15, 'so are those after');
isnt(($late[0] || {})->{calibration}, $early[0]{calibration},
     'which name the new calibration');

my $shots = $w->state('lane1')->{shots};
my %column = map { $shots->{columns}[$_] => $_ } 0 .. $#{ $shots->{columns} };
is(join(' ', map { join('/', map { sprintf('%.3f', $_) } @$_) }
             map { [ @{$_}[ @column{qw(x_mm y_mm)} ] ] } @{ $shots->{rows} }),
   join(' ', map { sprintf('%.3f/%.3f', $_->{x_mm}, $_->{y_mm}) } @shots),
   'what is on record did not move');

diag(sprintf('worst of %d before %.3f, of %d after %.3f calibers',
    scalar @early, max(0, map { off($_) } @early), scalar @late,
    max(0, map { off($_) } @late))) if $ENV{GMS_LOG};

$w->finish;
$t->finish;
