#!/usr/bin/perl

# bench/accuracy measures: a few shots, the same twice, and JSON that a
# program can read.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

use Gmshoot;
use Gmshoot::Trouble qw(run_command);

my $accuracy = "$Gmshoot::build/bench/accuracy";
plan(skip_all => 'no bench/accuracy, run make') if !-x $accuracy;

my $dir = tempdir('gmshoot-XXXXXX', TMPDIR => 1, CLEANUP => 1);
$ENV{GMSHOOT_TARGETS} = "$Gmshoot::repo/conf/targets.conf";

sub run {
    return run_command($dir, 60, '', $accuracy, @_);
}

sub measured {
    my ($file) = @_;
    my $json = decode_json(Gmshoot::slurp("$dir/$file"));
    delete $json->{rows}[0]{ms};    # of this computer at this time
    return $json;
}

my ($status, $out, $err) = run('--help');
is("$status $err", '0 ', '--help is no error');
is(join('|', grep { length > 80 } split(/\n/, $out)), '',
   'in lines that fit a terminal');

for my $wrong (['--nonsense'], ['--rows', 'nosuch'], ['--shots', '0'],
               ['--seeds', '9..1'], ['--caliber', '4.5']) {
    ($status, $out, $err) = run(@$wrong);
    is("$status $out", '2 ', "@$wrong is wrong usage");
}

my @few = qw(--rows clean --shots 3 --per-scene 3 --seeds 2..2
             --target issf-10m-air-pistol);

($status, $out, $err) = run(@few, '--json', "$dir/a.json");
is("$status $err", '0 ', 'three shots are measured');
like($out, qr/^clean +3 +1\.000 +1\.000 +0 /m,
     'the table shows them found, and nothing else');

my $row = measured('a.json')->{rows}[0];
is("$row->{row} $row->{shots} $row->{found} $row->{false}", 'clean 3 3 0',
   'so does the JSON');
is($row->{paper}{shots} + $row->{black}{shots}, 3,
   'every shot lies on paper or in the black');
is($row->{paper}{error_calibers}{n} + $row->{black}{error_calibers}{n}, 3,
   'and has an error of place');
cmp_ok($row->{error_mm}{max}, '<', 0.75 * 4.5, 'that lets it match');

run(@few, '--json', "$dir/b.json");
is_deeply(measured('b.json'), measured('a.json'),
          'the same seeds give the same figures');

run(@few[0 .. 5], '--seeds', '3..3', @few[8, 9], '--json', "$dir/c.json");
isnt(measured('c.json')->{rows}[0]{error_mm}{p50}, $row->{error_mm}{p50},
     'other seeds give others');

# A run that is killed leaves the scenes that it played

my $pid = fork() // die "fork: $!";
if ($pid == 0) {
    setpgrp(0, 0);
    open(STDOUT, '>', "$dir/killed.out") or die $!;
    exec($accuracy, qw(--rows clean --no-naive --shots 99 --per-scene 1),
         '--json', "$dir/d.json") or die "$accuracy: $!";
}
Gmshoot->wait_for(sub { -e "$dir/d.json" }, 'the first scene', 60);
kill('KILL', -$pid);
waitpid($pid, 0);

my $left = decode_json(Gmshoot::slurp("$dir/d.json") || '{}');
$row = $left->{rows}[0];
ok($left->{playing} && !measured('a.json')->{playing},
   'its row is said to be unfinished');
ok($row->{shots} && $row->{shots} == $row->{scenes},
   'and holds what was played');

# Where nobody shoots

my $empty = "$Gmshoot::build/bench/empty-lane";
($status, $out, $err) =
    run_command($dir, 60, '', $empty, qw(--scenes still --minutes 1 --fps 1));
is("$status $err", '0 ', 'a lane where nothing happens has no shot');
like($out, qr/^still +1\.0 min +0 shots/, 'and that is what it prints');

($status, $out, $err) = run_command($dir, 60, '', $empty, qw(--minutes 61));
is("$status $out", '2 ', 'more than an hour is wrong usage');

done_testing();
