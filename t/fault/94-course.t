#!/usr/bin/perl

# A course of fire on a real lane: commands in their order, shots before START
# and after the last one are kept and do not count, time stops a string by
# itself, a killed lane goes on, and who may command.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(sleep);

use Gmshoot;
use Gmshoot::Real;

my $courses = <<'CONF';
gmshoot_course short {
    title     "A short one";
    commands  shooter;
    stage     sighters sighters time=4s;
    stage     match shots=4 series=2 repeat=2 time=60s;
}
gmshoot_course official {
    stage     match shots=1;
}
gmshoot_course elsewhere {
    targets   issf-50m-rifle;
}
CONF

my $t = Gmshoot->new(ranges => $courses . Gmshoot::range('lane1',
    camera => 'simulate: fps=10 size=640x480 shots=400 first=2 interval=0.8 '
        . 'jitter=0 series=0 overlap=0 noise=0.7 seed=94 sigma=30'));
my $w = Gmshoot::Real->new($t);
$t->write_conf(http => 'map $arg_role $gmshoot_role '
    . '{ default admin; shooter shooter; coach coach; }');
$t->start;
$w->ready('lane1') or diag($w->log_text);

my $own = '/api/lanes/lane1/session';
my $key = 0;

sub command {
    my ($what) = @_;
    return $t->json('POST', '/api/lanes/lane1/command', { command => $what },
                    { 'Idempotency-Key' => $key++ });
}

sub course { return $w->state('lane1')->{course} || {} }

# Shots as [n, window, sighter].
sub shots {
    my $shots = $w->state('lane1')->{shots};
    my %at;
    @at{ @{ $shots->{columns} } } = 0 .. $#{ $shots->{columns} };
    return map { [ @{$_}[ @at{qw(n window sighter)} ] ] } @{ $shots->{rows} };
}

sub wait_phase {
    my ($phase, $seconds) = @_;
    return $t->wait_for(sub { (course()->{phase} || '') eq $phase }, $phase,
                        $seconds || 10);
}

# What is offered

my @offered = map { $_->{name} } @{ $w->state('lane1')->{courses} };
ok((grep { $_ eq 'short' } @offered), 'a course for any target is offered');
is((grep { $_ eq 'elsewhere' } @offered), 0, 'one for another target is not');
my %listed = map { $_->{name} => $_ }
    @{ $t->get_json('/api/courses')->{courses} };
is(join(' ', map { "@{ $listed{$_}{targets} }" } qw(short elsewhere)),
   ' issf-50m-rifle', 'all of them are listed with their faces');

is(command('load')->{status}, 409, 'no command without a session');
for ([{ course => 'elsewhere' }, 'not for this lane'],
     [{ course => 7 }, 'no name'],
     [{ course => 'short', sighters => JSON::PP::true }, 'with sighters']) {
    is($t->json('POST', $own, $_->[0])->{status}, 422, "a course $_->[1]");
}

# Before START

is($t->json('POST', $own, { course => 'short' })->{status}, 201,
   'a session with a course');
is(join(' ', @{ course() }{qw(name phase stage next)}),
   'short unloaded sighters load', 'waits for LOAD');
ok($t->wait_for(sub { (shots())[0] }, 'a shot', 10), 'somebody fires');
is((shots())[0][1], 'early', 'before LOAD: it is kept, and marked');
is(command('start')->{status}, 409, 'START comes after LOAD');
is(command('fire')->{status}, 422, 'FIRE is no command');
my $r = command('load');
is("$r->{status} $r->{json}{course}{phase}", '200 loaded', 'LOAD');

# Sighters, until their time is over

$key = 'start';
my @again = map { $t->json('POST', '/api/lanes/lane1/command',
    { command => 'start' }, { 'Idempotency-Key' => 'start' })->{status} } 1, 2;
is("@again", '200 200', 'START pressed twice is one');
$key = 10;
my $course = course();
is($course->{phase}, 'running', 'it runs');
ok($course->{ends_us} - $course->{began_us} == 4e6, 'for four seconds')
    or diag("$course->{began_us} $course->{ends_us}");
ok(wait_phase('stopped'), 'and stops by itself');
my $state = $w->state('lane1');
is($state->{session}{counted}, 0, 'nothing counted');
ok((grep { $_->[1] eq '' && $_->[2] } shots()) >= 2, 'there were sighters');
is(command('unload')->{status}, 200, 'UNLOAD');
is(course()->{next}, 'load', 'the match comes');

# The match: killed in the middle, and one shot too many

is(command('load')->{status}, 200, 'LOAD');
is(command('start')->{status}, 200, 'START');
ok($t->wait_for(sub { $w->state('lane1')->{session}{counted} >= 1 }, 'a shot',
                10), 'a shot that counts');
kill 'KILL', $w->state('lane1')->{process}{pid};
ok($t->wait_for(sub {
       my $s = $w->state('lane1');
       return ($s->{process}{restarts} || 0) > 0 && $s->{state} eq 'live';
   }, 'another life', 10), 'a killed lane is back');
is(join(' ', @{ course() }{qw(stage string)}), 'match 1', 'in the match');
ok(wait_phase('stopped', 20), 'four shots stop it');
ok($t->wait_for(sub { (grep { $_->[1] eq 'extra' } shots()) > 0 }, 'a shot',
                10), 'one too many is kept');
$state = $w->state('lane1');
is($state->{session}{counted}, 4, 'and does not count');
is($state->{course}{shots_left}, 0, 'none is left');
is(join(' ', $state->{session}{series_length},
        map { $_->{n} } @{ $state->{session}{series} }), '2 2 2',
   'series are of two');
is(join(' ', map { $_->{by} . $_->{n} } grep { ($_->{by} || '') eq 'count' }
        @{ $state->{session}{rounds} }), 'count2 count2', 'two series');
is(command('unload')->{status}, 200, 'UNLOAD');

# The last string: people at the targets, STOP by a person

is($t->json('POST', '/api/range', { range => 'cold' })->{status}, 200, 'cold');
$r = command('load');
is("$r->{status} $r->{json}{title}", '409 The range is cold', 'nobody loads');
$t->json('POST', '/api/range', { range => 'hot' });
$r = $t->json('POST', '/api/command', { command => 'load' });
is("$r->{status} $r->{json}{lanes}[0]{answer}{course}{phase}", '200 loaded',
   'LOAD on the whole range');
is(command($_)->{status}, 200, $_) for qw(start stop);
ok($t->wait_for(sub { (grep { $_->[1] eq 'late' } shots()) > 0 }, 'a shot',
                10), 'a shot after STOP is late');
is(command('unload')->{status}, 200, 'UNLOAD');

# An official lets it count, and thinks better of it

sub row {
    my $shots = $w->state('lane1')->{shots};
    my %at;
    @at{ @{ $shots->{columns} } } = 0 .. $#{ $shots->{columns} };
    my ($row) = grep { $_->[ $at{n} ] == $_[0] } @{ $shots->{rows} };
    return { map { $_ => $row->[ $at{$_} ] } keys %at };
}

sub correct {
    my ($n, $what, %more) = @_;
    my $role = delete $more{role} || 'admin';
    return $t->json('POST', "/api/lanes/lane1/shots/$n/corrections?role=$role",
        { what => $what, base => row($n)->{seq}, reason => 'the clock erred',
          author => 'Olga', %more });
}

my ($extra) = map { $_->[0] } grep { $_->[1] eq 'extra' && !$_->[2] } shots();
my $sum = $w->state('lane1')->{session}{total_tenths};
is(correct($extra, 'count', role => 'shooter')->{status}, 403,
   'no shooter counts a shot too many');
is(correct($extra, 'count', author => '')->{status}, 422, 'nor a nameless one');
is(correct($extra, 'count', base => 1)->{status}, 409, 'nor who knew another');
$r = correct($extra, 'count');
is("$r->{status} " . ($r->{json}{total_tenths} || ''),
   '200 ' . ($sum + row($extra)->{score_tenths}), 'an official does')
    or diag($r->{body});
is(row($extra)->{window}, '', 'it counts');
is(correct($extra, 'restore')->{json}{total_tenths}, $sum, 'and back');
is(row($extra)->{window}, 'extra', 'it is one too many again');
is(course()->{phase}, 'finished', 'it is finished');
is(course()->{next}, undef, 'and nothing comes');
is(command('load')->{status}, 409, 'not even LOAD');
is($t->json('DELETE', $own)->{status}, 200, 'the session ends');
is($w->state('lane1')->{course}, undef, 'no course then');

# Who may

is($t->json('POST', $own, { course => 'official' })->{status}, 201,
   'a course for an official');
is($t->json('POST', '/api/lanes/lane1/command?role=shooter',
            { command => 'load' })->{status}, 403, 'a shooter may not');
is($t->json('POST', '/api/lanes/lane1/command?role=coach',
            { command => 'load' })->{status}, 200, 'a coach may');
$t->json('DELETE', $own);

$w->finish;
$t->finish;
