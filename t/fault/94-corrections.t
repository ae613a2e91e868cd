#!/usr/bin/perl

# Shots are corrected: taken out, brought back, moved, scored, added, given to
# another session; two at once; a kill between; after the end; in a competition.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use Test::More;
use Time::HiRes qw(sleep time);

use Gmshoot;
use Gmshoot::Real;

my $t = Gmshoot->new(ranges => Gmshoot::range('sim',
    camera => 'simulate: fps=10 size=640x480 first=1 interval=0.7 jitter=0 '
        . 'series=0 overlap=0 noise=0.7 sigma=40 shots=5 seed=94',
    targets => 'issf-10m-air-pistol', calibers => '4.5mm')
    . Gmshoot::range('next-one',
    camera => 'simulate: fps=2 size=640x480 first=900 shots=1 seed=95'));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('sim') or diag($w->log_text);

my $lane = '/api/lanes/sim';

sub rows {
    my $s = $_[0] || $w->state('sim');
    my @columns = @{ $s->{shots}{columns} };
    return map { my $row = $_; +{ map { $columns[$_] => $row->[$_] }
                                  0 .. $#columns } } @{ $s->{shots}{rows} };
}

sub row { return (rows())[$_[0] - 1] }

sub total { return $w->state('sim')->{session}{total_tenths} }

sub sum {
    my $sum = 0;
    $sum += $_->{score_tenths} for grep { !$_->{removed} } rows();
    return $sum;
}

# The row as it stands is what is corrected, unless base says otherwise.
sub correct {
    my ($n, $what, %more) = @_;
    my $base = row($n);
    return $t->json('POST', "$lane/shots/$n/corrections",
        { what => $what, base => $base ? $base->{seq} : 1,
          reason => 'because', %more });
}

is($t->json('POST', "$lane/session", { nickname => 'anna' })->{status}, 201,
   'a session');
ok($t->wait_for(sub { rows() >= 5 }, 'five shots', 20), 'and its shots');
my @came = rows();
my $all = total();
is($all, sum(), 'add up');

# Out, and back

my $r = correct(1, 'remove', author => 'anna');
is($r->{status}, 200, 'one was no shot') or diag($r->{body});
is($r->{json}{total_tenths}, $all - $came[0]{score_tenths}, 'it counts no more');
is("$r->{json}{shot}{standing} $r->{json}{shot}{corrections}[0]{author} "
   . $r->{json}{shot}{corrections}[0]{reason}, 'removed anna because',
   'who said so, and why');
is($r->{json}{shot}{original}{score_tenths}, $came[0]{score_tenths},
   'and what it was');

$r = $t->json('POST', "$lane/shots/1/corrections",
    { what => 'ignore', base => $came[0]{seq}, reason => 'late' });
is($r->{status}, 409, 'who knew the shot as it was is told');
like($r->{json}{type}, qr/#shot-changed$/, 'that it has changed');
is($r->{json}{shot}{standing}, 'removed', 'and what it is now');

# Called

sub call {
    my ($n, $key, %more) = @_;
    return $t->json('POST', "$lane/shots/$n/call", { x_mm => 0, y_mm => 0, %more },
                    { 'Idempotency-Key' => $key });
}

my $hears = $t->sse("$lane/events");
my @called = map { call(2, 'call') } 1 .. 2;
my $error = sqrt($came[1]{x_mm} ** 2 + $came[1]{y_mm} ** 2);
is(join(' ', map { "$_->{status} $_->{json}{n}" } @called), '201 2 201 2',
   'a shot is called, once however often that is sent') or diag($called[0]{body});
cmp_ok(abs($called[0]{json}{call}{error_mm} - $error), '<', 1e-3,
       'and how far off that was is told');
my $told;
$t->wait_for(sub {
    my $e = $hears->next(0.1) or return 0;
    $told = $e if ($e->{event} || '') eq 'call';
    return $told;
}, 'the event', 10);
is("$told->{json}{n} $told->{json}{author}", '2 admin', 'whoever listens is told');
for ([2, {}, 409, '#shot-called'], [1, {}, 409, '#shot-state'], [77, {}, 404, '#shot-unknown'],
     [3, { x_mm => 2001 }, 422, '#invalid-field'], [3, { colour => 1 }, 422, '#invalid-field'],
     [3, { x_mm => undef }, 422, '#invalid-field'],
     [3, { session => 'sim-0-0' }, 409, '#session-state']) {
    my ($n, $more, $status, $type) = @$_;
    my $answer = call($n, join('-', 'call', $n, $status, keys %$more), %$more);
    like("$answer->{status} $answer->{json}{type}", qr/^$status .*\Q$type\E$/,
         "a call of $n with " . join(',', keys %$more) . ": $status");
}

# A kill

kill 'KILL', $w->state('sim')->{process}{pid};
ok($t->wait_for(sub {
       my $s = $w->state('sim');
       return ($s->{process}{restarts} || 0) > 0 && $s->{state} eq 'live';
   }, 'another life', 10), 'a killed lane is back');
is(total(), $all - $came[0]{score_tenths}, 'the shot is still out');
is($w->state('sim')->{session}{calls}[0]{n}, 2, 'the call is there');
is($w->state('sim')->{shots}{corrections}[0]{reason}, 'because', 'with its why');
sleep(1);
is(scalar(rows()), 5, 'and its hole is no other shot');

$r = correct(1, 'restore');
is($r->{status} . " $r->{json}{total_tenths}", "200 $all", 'it is brought back');
is(correct(2, 'ignore')->{json}{counted}, 4, 'one does not count');
is(correct(2, 'restore')->{json}{counted}, 5, 'and does again');

# Values and places

is(correct(3, 'score', value => 9.3)->{json}{shot}{now}{score_tenths}, 93,
   'a jury scores one');
is(correct(3, 'gauge', ring => 8)->{json}{shot}{now}{score_tenths}, 89,
   'a gauge says eight: the eight nearest to what was seen');
is(correct(3, 'move', x_mm => 0, y_mm => 0)->{json}{shot}{now}{score_tenths},
   109, 'one was in the centre');
is(total(), sum(), 'the total follows');
my $stats = $t->get_json("$lane/stats")->{statistics}{session};
my $mean = 0;
$mean += $_->{x_mm} / 5 for rows();
cmp_ok(abs($stats->{mpi_x}{mm} - $mean), '<', 1e-3, 'and so do statistics');
is(correct(3, 'restore')->{json}{total_tenths}, $all, 'and back at once');
is(scalar @{ $t->get_json("$lane/shots/3")->{corrections} }, 4,
   'its history has all of it');

# Added by hand

my $key = { 'Idempotency-Key' => 'added' };
my @added = map { $t->json('POST', "$lane/shots",
                           { ring => 8, reason => 'seen on the paper' }, $key) }
            1 .. 2;
is(join(' ', map { "$_->{status} $_->{json}{n}" } @added), '201 6 201 6',
   'one is added once, however often it is sent');
is(row(6)->{by_hand} . row(6)->{unplaced} . ' ' . total(),
   '11 ' . ($all + 80), 'by hand, with a value alone');
$r = $t->json('POST', "$lane/shots",
    { x_mm => 0, y_mm => 0, reason => 'there' });
is($r->{json}{shot}{now}{score_tenths}, 109, 'or scored where it is')
    or diag($r->{body});

# Rounds and sessions

is($t->json('POST', "$lane/rounds")->{status}, 200, 'a round is closed');
$t->json('POST', "$lane/shots", { value => 5, reason => 'next' });
is(correct(8, 'round', round => 1)->{status}, 200, 'a shot is of the one before');
is($w->state('sim')->{session}{rounds}[0]{n}, 8, 'and counts there');
my $anna = $w->state('sim')->{session}{id};
my $bob = $t->json('POST', "$lane/sessions",
                   { nickname => 'bob', competition => JSON::PP::true })
    ->{json}{session};
my ($five) = grep { $_->{n} == 5 } rows($t->get_json("$lane/sessions/$anna"));
$r = $t->json('POST', "$lane/shots/5/corrections",
    { session => $anna, what => 'session', to => $bob, base => $five->{seq},
      author => 'Olga', reason => 'it was his' });
is($r->{status} . " $r->{json}{shot}{standing}", '200 given',
   "a shot is given to bob") or diag($r->{body});
is(total(), $five->{score_tenths}, 'who has it');
is(row(1)->{seq} > $five->{seq}, 1, 'as another event');

# A competition

is(correct(1, 'remove')->{status}, 422, 'an official says his name');
is(correct(1, 'remove', author => 'Olga')->{status}, 200, 'then he corrects');

# Protests

sub protest {
    my ($n, %more) = @_;
    return $t->json('POST', "$lane/complaints",
        { shot => $n, reason => 'it touches the line', %more }, delete $more{key});
}

sub decide {
    my ($id, %body) = @_;
    return $t->json('PATCH', "$lane/complaints/$id", \%body);
}

sub complaint {
    my ($id) = @_;
    my ($c) = grep { $_->{id} eq $id } @{ $w->state('sim')->{complaints} };
    return $c || {};
}

my $stream = $t->sse("$lane/events");
my $worth = (rows($t->get_json("$lane/sessions/$anna")))[2]{score_tenths};
my @said = map { $t->json('POST', "$lane/complaints",
    { shot => 3, session => $anna, reason => 'it touches the line' },
    { 'Idempotency-Key' => 'protest' }) } 1 .. 2;
my $id = $said[0]{json}{complaint};
is(join(' ', map { "$_->{status} $_->{json}{complaint}" } @said),
   "201 $id 201 $id", 'a shot is protested, once') or diag($said[0]{body});
is($said[0]{json}{film}, "/api/sessions/$anna/shots/3.avi", 'with its film');
is(join(' ', @{ complaint($id) }{qw(session shot score_tenths state reason)}),
   "$anna 3 $worth open it touches the line", 'as it stood');
my $heard;
$t->wait_for(sub {
    my $e = $stream->next(0.1) or return 0;
    $heard = $e if ($e->{event} || '') eq 'complaint';
    return $heard;
}, 'the event', 10);
is("$heard->{json}{seq} $heard->{json}{shot}", "$id 3", 'whoever listens is told');
is(protest(3, session => $anna)->{status}, 409, 'another one waits for that');
for ([{ shot => 3 }, 422, '/reason'], [{ shot => 0, reason => 'x' }, 422, '/shot'],
     [{ shot => 77, reason => 'x' }, 404, ''],
     [{ shot => 1, reason => 'x' x 128 }, 422, '/reason'],
     [{ shot => 1, reason => "a\nb" }, 422, '/reason'],
     [{ shot => 1, reason => 'x', session => 'sim-0-0' }, 404, ''],
     [{ shot => 1, reason => 'x', colour => 'red' }, 422, '/colour']) {
    my $answer = $t->json('POST', "$lane/complaints", $_->[0]);
    my $pointer = ($answer->{json}{errors} || [{}])->[0]{pointer} || '';
    is("$answer->{status} $pointer", "$_->[1] $_->[2]",
       'a protest with ' . join(',', sort keys %{ $_->[0] }) . ": $_->[1]");
}
for ([{ state => 'upheld' }, 422, '/text'], [{ text => 'x' }, 422, '/state'],
     [{ state => 'open', text => 'x' }, 422, '/state'],
     [{ state => 'maybe', text => 'x' }, 422, '/state']) {
    my $answer = decide($id, %{ $_->[0] });
    my $pointer = ($answer->{json}{errors} || [{}])->[0]{pointer} || '';
    is("$answer->{status} $pointer", "$_->[1] $_->[2]",
       'a decision with ' . join(',', sort keys %{ $_->[0] }) . ": $_->[1]");
}
is(decide('99999', state => 'denied', text => 'x')->{status}, 404,
   'of another complaint');
is(decide($id, state => 'upheld', text => 'gauged: a ten', author => 'Olga')
       ->{status}, 200, 'it is decided');
is(join(' ', @{ complaint($id) }{qw(state text decided_by)}),
   'upheld gauged: a ten Olga', 'with what, and by whom');
is(decide($id, state => 'withdrawn')->{json}{type}, '/docs/problems#complaint-state',
   'once');
my $bobs = protest(1)->{json}{complaint};
is(complaint($bobs)->{session}, $bob, 'who shoots now protests too');
is(decide($bobs, state => 'denied', text => 'no')->{status}, 422,
   'in a competition the official says his name');
my $listed = $t->get_json("$lane/complaints")->{complaints};
is(join(' ', map { "$_->{id} $_->{state}" } @$listed), "$bobs open $id upheld",
   'both are listed, the newest first');
is($listed->[1]{picture}, "/api/sessions/$anna/shots/3.jpg", 'with a picture');
is(scalar(grep { exists $_->{facts} } @$listed), 0, 'and no film of their own');

# After the end

is($t->json('DELETE', "$lane/session")->{status}, 200, 'bob ends');
is($t->json('DELETE', "$lane/session")->{status}, 200, 'so does anna');
my $hash = $w->state('sim')->{session}{hash};
is(correct(2, 'remove')->{status}, 200, 'a shot of an ended session');
isnt($w->state('sim')->{session}{hash}, $hash, 'whose proof is another then');
$hash = $w->state('sim')->{session}{hash};
kill 'KILL', $w->state('sim')->{process}{pid};
ok($t->wait_for(sub { ($w->state('sim')->{process}{restarts} || 0) > 1 },
                'a third life', 10), 'killed again');
is($w->state('sim')->{session}{hash}, $hash, 'and stays');
is(join(' ', map { complaint($_)->{state} } $bobs, $id), 'open upheld',
   'protests and decisions are still there');
is(decide($bobs, state => 'withdrawn')->{status}, 200, 'one is withdrawn');

# What cannot be

my $before = [@{ $w->state('sim') }{qw(session shots)}];
for ([9999, 'remove', {}, 404], [1, 'paint', {}, 422],
     [1, 'remove', { reason => '' }, 422], [1, 'remove', { base => -1 }, 422],
     [1, 'move', { x_mm => 'far', y_mm => 0 }, 422],
     [1, 'move', { x_mm => 1 }, 422],
     [1, 'move', { x_mm => 1000, y_mm => 0 }, 422],
     [1, 'score', { value => 11 }, 422], [1, 'score', { value => 9.55 }, 422],
     [1, 'score', { value => 9, ring => 9 }, 422],
     [1, 'score', { zone => 'A' }, 422], [1, 'round', { round => 7 }, 422],
     [1, 'session', { to => 'sim-0-0' }, 422],
     [1, 'remove', { session => 'sim-0-0' }, 404],
     [1, 'remove', { colour => 'red' }, 422],
     [2, 'score', { value => 9 }, 409]) {
    my ($n, $what, $more, $status) = @{$_};
    is(correct($n, $what, %$more)->{status}, $status,
       "$n $what " . join(',', map { "$_=$more->{$_}" } keys %$more)
       . ": $status");
}
for ([{ reason => 'r' }, 422], [{ x_mm => 0, y_mm => 0 }, 422],
     [{ value => 9, reason => 'r', t_us => int((time() + 3600) * 1e6) }, 422]) {
    is($t->json('POST', "$lane/shots", $_->[0])->{status}, $_->[1],
       'added with ' . join(',', keys %{ $_->[0] }) . ": $_->[1]");
}
is($t->json('POST', "$lane/shots", { ring => 11, reason => 'r' })
       ->{json}{errors}[0]{pointer}, '/ring', 'a refusal names what was said');
is($t->get("$lane/shots/77")->{status}, 404, 'no such shot');
is_deeply([@{ $w->state('sim') }{qw(session shots)}], $before,
          'nothing of that changed anything');

# Another lane

my $near = '/api/lanes/next-one';
my $carl = $t->json('POST', "$near/session", { nickname => 'carl' })
    ->{json}{session};
ok($carl, 'somebody shoots on another lane');
is($t->json('POST', "$lane/session", { nickname => 'dora' })->{status}, 201,
   'and here');
my $dora = $w->state('sim')->{session}{id};
ok($t->wait_for(sub { rows() >= 5 }, 'five shots', 20), 'and shoots');

sub near { return $w->state('next-one')->{session} }

sub both { return join ' ', map { "$_->{counted} $_->{total_tenths}" }
                            $w->state('sim')->{session}, near() }

my ($first, $second) = map { $_->{score_tenths} } rows();
my $whole = total();
my @cross = (session => $dora, what => 'session', to => $carl,
             reason => 'a cross-shot');
my $went = row(1)->{seq};
my @sent = map { $t->json('POST', "$lane/shots/1/corrections",
                     { @cross, base => $went }, { 'Idempotency-Key' => 'cross' })
           } 1 .. 2;
is(join(' ', map { "$_->{status} $_->{json}{session} $_->{json}{n}" } @sent),
   join(' ', ("200 $carl 1") x 2), 'a shot goes there once') or diag($sent[0]{body});
is(both(), '4 ' . ($whole - $first) . " 1 $first", 'and counts there alone');
my $there = $t->get_json("$near/shots/1");
is("$there->{corrections}[0]{other} $there->{corrections}[0]{other_n}",
   "$dora 1", 'where it names what it was');
is($t->get_json("$lane/shots/1")->{corrections}[-1]{other}, $carl,
   'and it is named here');
is(correct(1, 'restore')->{status}, 409, 'it cannot be had back from here');

is($t->json('POST', "$lane/shots/2/corrections",
            { @cross, base => 1 })->{status}, 409, 'what is stale stays');
is($t->json('POST', "$lane/shots/2/corrections",
            { @cross, base => row(2)->{seq}, to => $carl . '0' })->{status}, 404,
   'so does what nobody would take');
is($t->json('POST', "$lane/shots/2/corrections",
            { @cross, base => row(2)->{seq}, to => "no-$carl" })->{status}, 404,
   'and what goes to no lane');
is(both(), '4 ' . ($whole - $first) . " 1 $first", 'nothing has changed');
is($t->json('POST', "$near/shots/1/corrections",
            { what => 'session', to => $dora, base => $there->{seq},
              reason => 'it was hers' })->{json}{session}, $dora,
   'it is given back');
is(both(), "5 $whole 0 0", 'and counts here alone');
is(correct(1, 'session', to => $carl)->{status}, 409, 'and stays');

# The other lane ends between the two: given here, not yet taken there.

my $base = row(2)->{seq};
kill 'STOP', $w->state('next-one')->{process}{pid};
my $lost = $t->spawn("$t->{dir}/ctl.log", "$Gmshoot::build/gmshoot", 'ctl',
    '--link', "$t->{dir}/link.sock", 'sim', 'cross.give',
    JSON::PP::encode_json({ @cross, n => '2', base => $base }));
ok($t->wait_for(sub { (row(2) || {})->{seq} != $base }, 'given', 5),
   'one is given, and nobody takes it');
kill 'KILL', $w->state('next-one')->{process}{pid};
waitpid $lost, 0;
is(both(), '4 ' . ($whole - $second) . ' 0 0', 'it counts nowhere');
ok($t->wait_for(sub {
       my $s = $w->state('next-one');
       return ($s->{process}{restarts} || 0) > 0 && $s->{session};
   }, 'its next life', 10), 'the other lane is back');
@sent = map { $t->json('POST', "$lane/shots/2/corrections",
                  { @cross, base => $base }) } 1 .. 2;
is(join(' ', map { "$_->{status} $_->{json}{n}" } @sent), '200 2 200 2',
   'a repeat goes on with it') or diag($sent[0]{body});
my $once = '4 ' . ($whole - $second) . " 1 $second";
$t->wait_for(sub { both() eq $once }, 'both states', 5);
is(both(), $once, 'it counts once');

$w->finish;
$t->finish;
