#!/usr/bin/perl

# gmshoot worker --ranges FILE: lanes without nginx, commanded from the shell;
# an nginx that has ranges of its own is refused and says so.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use Test::More;
use Time::HiRes qw(time sleep);

use Gmshoot;
use Gmshoot::Real;
use Gmshoot::Trouble qw(run_command);

my $t = Gmshoot->new(ranges => Gmshoot::range('other'));
my $gmshoot = "$Gmshoot::build/gmshoot";
my $camera = 'simulate: seed=30 fps=10 size=800x600 shots=3 first=2 '
    . 'interval=0.5 series=0 sigma=20 overlap=0';

$ENV{GMSHOOT_TARGETS} = "$Gmshoot::repo/conf/targets.conf";
$t->put('own.conf', Gmshoot::range('lane1', camera => $camera)
    . Gmshoot::range('lane2', camera => '"http://me:secret@127.0.0.1:1/a.jpg?t=token&u"'));

# What is wrong in the file

my @wrong = (
    ['a file that is not there', 'none.conf', undef, qr/none\.conf/],
    ['a face that nobody defined', 'face.conf',
     Gmshoot::range('lane1', target => 'moon'), qr/face\.conf:\d+: .*moon/],
    ['a key that nobody knows', 'key.conf',
     Gmshoot::range('lane1', colour => 'red'), qr/key\.conf:\d+: .*colour/],
    ['two lanes on one camera', 'two.conf',
     Gmshoot::range('lane1', camera => 'http://127.0.0.1/a.jpg')
     . Gmshoot::range('lane2', camera => 'http://127.0.0.1/a.jpg'),
     qr/two\.conf:\d+: .*region=/],
);

for (@wrong) {
    my ($name, $file, $text, $said) = @{$_};

    $t->put($file, $text) if defined $text;
    my ($status, undef, $err) = run_command($t->{dir}, 5, '', $gmshoot,
        'worker', '--state', "$t->{dir}/wrong", '--link',
        "$t->{dir}/wrong.sock", '--ranges', "$t->{dir}/$file");

    is($status, 1, "$name: the worker does not start");
    my @line = map { decode_json($_) } grep { /"level":"error"/ }
        split(/\n/, $err);
    is(scalar @line, 1, 'and says why in one line') or diag($err);
    like($line[0]{detail} || '', $said, 'which names the place');
    ok(!-e "$t->{dir}/wrong.sock", 'no socket is left');
}

# Without nginx

my $w = Gmshoot::Real->new($t, '--ranges', "$t->{dir}/own.conf");

sub ctl {
    my ($status, $out, $err) = run_command($t->{dir}, 20, '', $gmshoot, 'ctl',
        '--link', "$t->{dir}/link.sock", @_);
    return ($status, eval { decode_json($out) } || {}, $err);
}

my ($status, $answer, $err, $r, $config);
ok($t->wait_for(sub {
    ($status, $answer) = ctl('lane1', 'calibration.get');
    return $status == 0 && $answer->{origin} ne 'none';
}, 'the lane', 10), 'a lane works without nginx');

($status, $answer) = ctl('lane1', 'session.start', '{"nickname":"anna"}');
is($status, 0, 'ctl starts a session');
like($answer->{session} || '', qr/^lane1-/, 'and prints its name');

($status, $answer) = ctl('lane1', 'session.start');
is("$status $answer->{status}", '1 409', 'what is refused exits with 1');
like($answer->{detail}, qr/end the open session/, 'and says what to do');

($status, $answer) = ctl('nolane', 'session.start');
is("$status $answer->{status}", '1 404', 'so does a lane that is none');

($status, $answer) = ctl('lane1', 'make.coffee');
is("$status $answer->{status}", '1 404', 'and a command that is none');

sleep(4.5);
($status, $answer) = ctl('lane1', 'session.end');
is($status, 0, 'ctl ends the session');
is($answer->{counted}, 3, 'in which the shots were counted');

# nginx with ranges of its own

$t->start;
my $all = $t->wait_for(sub {
    my $all = $t->get_json('/api/lanes');
    return $all->{config_error} ? $all : undef;
}, 'the refusal', 5) || {};

like($all->{config_error} || '', qr/--ranges.*takes none from nginx: start/,
     'an nginx with ranges is told that they are not taken, and what to do');
is(join(' ', map { $_->{name} } grep { $_->{process} eq 'up' }
    @{ $all->{lanes} || [] }), 'lane1 lane2', 'it serves the lanes of the worker');
my ($refused) = @{ $t->get_json('/api/problems')->{problems} };
is("$refused->{type} $refused->{detail}", "config-refused $all->{config_error}",
   'which is a problem of the range');
$r = $t->get('/api/config');
$config = decode_json($r->{body});
is("$config->{from} $config->{refused}{detail}", "worker $all->{config_error}",
   'the worker says whose it goes by, and why');
is_deeply([ map { $_->{camera}[0] } @{ $config->{ranges}{lanes} } ],
          [ 'simulate:', 'http://***@127.0.0.1:1/a.jpg?t=***&***' ],
          'with what is secret masked');
unlike($r->{body}, qr/secret|token/, 'wherever it stands');
is($w->state('lane1')->{session}{counted}, 3, 'with its shots');

$t->reload;
sleep(0.3);
is(() = $w->log_text =~ /configuration refused/g, 1,
   'the log of the worker says so once');
like($t->log_text, qr/worker refused the ranges: .*--ranges/,
     'and that of nginx');

$w->finish;
$t->finish;
