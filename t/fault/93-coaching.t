#!/usr/bin/perl

# Statistics and advice of a real lane: of the shots that count, in rounds of
# ten; without rules the lane goes on and says what is wrong with them.  What a
# coach says, and shows, and the drills that the lane judges.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use Test::More;

use Gmshoot;
use Gmshoot::Real;

my $camera = 'simulate: fps=10 size=640x480 shots=24 first=1 interval=0.5 '
    . 'jitter=0 overlap=0 noise=0.7 sigma=4 seed=93';
my $t = Gmshoot->new(ranges => Gmshoot::range('lane1', camera => $camera,
    rounds => 'auto floor=60s shots=10'));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('lane1') or diag($w->log_text);

sub ask { return $t->json('GET', "/api/$_[0]") }

my $r = ask('lanes/lane1/stats');
is("$r->{status} " . ($r->{json}{statistics} // 'none'), '200 none',
   'no statistics before a session');
ok(exists $w->state('lane1')->{statistics}, 'and none in the state');

# Six sessions that were shot elsewhere, as large as those of this lane.

my $before = "ShotMarker Archived Data (generated Sep 21 2025)\n\n"
    . join("\n", map {
        my $day = $_;
        "Sep 1$day 2025,Day $day,#220 (),1887 x 1908,Any at 10m,19-1X,\n"
            . ",time,tags,id,score,temp C,x mm,y mm,v fps\n"
            . join('', map { sprintf(",1:5%d.00 pm,,%d,,28,%.1f,%.1f,500\n", $_,
                $_ + 1, 6 * cos(2 * $_ + $day), 6 * sin(2 * $_ + $day)) } 0 .. 9)
    } 1 .. 6);
$r = $t->json('POST', '/api/import', { csv => $before, nickname => 'cora',
    target => 'issf-10m-air-pistol', caliber_mm => 4.5 });
is($r->{status}, 201, 'sessions of before') or diag($r->{body});
ok($t->wait_for(sub {
       return @{ ask('sessions?shooter=cora')->{json}{sessions} || [] } == 6;
   }, 'history', 10), 'are in the history');

$r = $t->json('POST', '/api/lanes/lane1/session',
              { nickname => 'cora', distance_m => 10, level => 'advanced',
                advice => 0.9 });
is($r->{status}, 201, 'a session') or diag($r->{body});
ok($t->wait_for(sub {
       return (($w->state('lane1')->{session} || {})->{counted} || 0) >= 14;
   }, 'shots', 40), 'shots come');
$t->json('PATCH', '/api/lanes/lane1/session', { state => 'paused' });

# What is removed does not count: the CSV of what is left says the same.

my $state = $w->state('lane1');
$r = ask('lanes/lane1/stats');
my $stats = $r->{json}{statistics};
is($stats->{session}{n}, $state->{session}{counted}, 'all that count');
is($stats->{rounds}[0]{n}, 10, 'the first round is full');
is($stats->{round}{round}, @{ $stats->{rounds} }, 'the last one is open');

my %column;
@column{ @{ $state->{shots}{columns} } } = 0 .. 99;
my $csv = $t->put('shots.csv', join('', "x_mm,y_mm,round\n", map {
        sprintf("%s,%s,%d\n", @{$_}[ @column{qw(x_mm y_mm)} ],
                $_->[ $column{n} ] > 10 ? 2 : 1)
    } grep { !$_->[ $column{removed} ] } @{ $state->{shots}{rows} }));
my $said = JSON::PP->new->decode(
    scalar qx($Gmshoot::build/gmshoot stats --distance 10m $csv));
for my $name (qw(mpi_x extreme_spread)) {
    is($stats->{session}{$name}{mm}, $said->{$name}{mm},
       "$name is what gmshoot stats says");
    is($stats->{rounds}[0]{$name}{moa}, $said->{rounds}[0]{$name}{moa},
       'of the round too');
}
is($state->{statistics}{session}{sigma}{mm}, $said->{rayleigh_sigma}{mm},
   'and the state shows it');

# The history has every figure, of some rounds or of all.

ok($w->kept, 'the history follows');
my $figures = "sessions/$state->{session}{id}/stats";
$r = ask($figures);
is($r->{json}{statistics}{rayleigh_sigma}{mrad}, $said->{rayleigh_sigma}{mrad},
   'the history says what gmshoot stats does');
my @rounds = @{ $r->{json}{statistics}{rounds} };
is_deeply([ map { $_->{n} } @rounds ], [ map { $_->{n} } @{ $stats->{rounds} } ],
          'of all rounds');
$r = ask("$figures?limit=1")->{json};
is_deeply([ $r->{statistics}{rounds}, $r->{next} ], [ [ $rounds[0] ], 1 ],
          'or of the first alone');
$r = ask("$figures?limit=1&cursor=1")->{json};
is_deeply([ $r->{statistics}{rounds}, $r->{next} ],
          [ [ $rounds[1] ], @rounds > 2 ? 2 : undef ], 'and the one behind it');

# Advice

$r = ask('lanes/lane1/advice?gun=pistol&click=1mm&level=beginner');
is($r->{status}, 200, 'advice is given') or diag($r->{body});
my $advice = $r->{json}{advice};
is($advice->{level}, 'beginner', 'worded for whom it is');

# The newest round with five shots; a first one of ten is not joined by it.
my $all = $stats->{round}{n} >= 5;
my $group = $all ? $stats->{session} : $stats->{rounds}[0];
is($advice->{group}{shots}, $group->{n}, 'of the newest round');
my ($offset) = grep { $_->{sign} eq 'offset' } @{ $advice->{tests} };
is($offset->{p}, $group->{offset_p}, 'its tests are those of the statistics');
cmp_ok($offset->{p_family}, '>=', $offset->{p}, 'and all are counted');
is(join(' ', @{ $advice->{usual} || {} }{qw(from sessions shots)}),
   'sessions 6 60', 'the group is held against the sessions of before');
my ($larger) = grep { $_->{sign} eq 'larger' } @{ $advice->{tests} };
is($larger->{n}, $group->{n}, 'by a test');
is($r->{json}{session}, $state->{session}{id}, 'it says whose');

for (['gun=bow', '/gun'], ['click=1', '/click'], ['wind=3', '/wind'],
     ['confidence=2', '/confidence'], ['gun=%00', undef])
{
    my ($query, $pointer) = @$_;
    $r = ask("lanes/lane1/advice?$query");
    like($r->{status}, qr/^4(?:00|22)$/, "$query is refused");
    is($r->{json}{errors}[0]{pointer}, $pointer, 'at its place')
        if defined $pointer;
}
$r = ask('drills');
cmp_ok(scalar @{ $r->{json}{drills} || [] }, '>', 5, 'drills are listed');

$r = ask('lanes/lane1/advice');
is(join(' ', @{ $r->{json}{advice} }{qw(level confidence)}), 'advanced 0.9',
   'a session holds the wording and how sure it must be');
for (['level', 'expert'], ['advice', 1], ['advice', '0.9']) {
    my ($name, $value) = @$_;
    $r = $t->json('POST', '/api/lanes/lane1/session', { $name => $value });
    is("$r->{status} " . ($r->{json}{errors}[0]{pointer} // ''),
       "422 /$name", "$name $value is refused");
}

# A coach speaks

my $sse = $t->sse('/api/lanes/lane1/events');
$sse->next_of('snapshot');
sub say { return $t->json('POST', '/api/lanes/lane1/tips', @_) }
sub answer { return $t->json('PATCH', "/api/lanes/lane1/tips/$_[0]", $_[1]) }
sub heard { return ($sse->next_of($_[0]) || {})->{json} || {} }

$r = say({ text => 'Mind the grip', shot => 3 }, { 'Idempotency-Key' => 'tip-1' });
is("$r->{status} $r->{json}{tip}", '201 1', 'a tip is given') or diag($r->{body});
is(join(' ', @{ heard('tip') }{qw(tip to text shot author)}),
   '1 shooter Mind the grip 3 admin', 'and told at once');
is(say({ text => 'Mind the grip' }, { 'Idempotency-Key' => 'tip-1' })->{json}{tip}, 1,
   'once, though it was asked for twice');
is(answer(1, { acknowledged => JSON::PP::true })->{status}, 200,
   'who shoots has seen it');
is(heard('tip.changed')->{what}, 'acknowledged', 'and the coach hears of that');
is(say({ to => 'coach', text => 'Tired since shot ten' })->{status}, 201, 'a note');
is(answer(2, { acknowledged => JSON::PP::true })->{status}, 409,
   'which is nobody\'s to acknowledge');
is(answer(9, { withdrawn => JSON::PP::true })->{status}, 404, 'no such tip');
for ([{}, '/text'], [{ text => "two\nlines" }, '/text'],
     [{ text => 'x' x 601 }, '/text'], [{ text => 'a', shot => 999 }, '/shot'],
     [{ text => 'a', to => 'all' }, '/to'], [{ drill => 'none' }, '/drill'],
     [{ text => 'a', priority => 'high' }, '/priority'],
     [{ text => 'a', hold => 1 }, '/hold'], [{ text => 'a', why => 1 }, '/why'],
     [{ drill => 'final-shot', to => 'coach' }, '/drill'])
{
    my ($body, $pointer) = @$_;
    $r = say($body);
    is("$r->{status} " . ($r->{json}{errors}[0]{pointer} // ''),
       "422 $pointer", "$pointer is refused");
}

# Drills

my %drill = map { $_->{id} => $_ } @{ ask('drills')->{json}{drills} };
is_deeply($drill{'final-shot'}{judge},
          { rule => 'rings', shots => 1, hits => 1, value => 9, time_s => 50 },
          'a drill says what it is judged by');
$r = say({ drill => 'steady-average' });
is($r->{status}, 201, 'a drill');
heard('tip');
is(heard('tip')->{drill}{title}, $drill{'steady-average'}{title}, 'is told');
is($w->state('lane1')->{drill}{tip}, 3, 'and is being done');
is(say({ drill => 'final-shot' })->{status}, 201, 'another takes its place');
$r = $t->json('POST', '/api/lanes/lane1/shots',
              { x_mm => 1, y_mm => 0, reason => 'seen on the paper' });
is($r->{status}, 201, 'a shot') or diag($r->{body});
my $ended = heard('drill.ended');
is(join(' ', @{$ended}{qw(tip result shots hits)}), '4 passed 1 1',
   'the lane judges it');
$state = $w->state('lane1');
is($state->{drill}, undef, 'none is being done any more');
is(join(' ', map { $_->{result} // '-' } @{ $state->{session}{tips} }),
   '- - stopped passed', 'and the session knows how they went');

# What is shown

sub show { return $t->json('POST', '/api/lanes/lane1/show', @_) }
$r = show({ shot => 2, strokes => [[0, 0, 10.04, -5]] });
is($r->{status}, 200, 'something is shown') or diag($r->{body});
is_deeply(heard('show')->{show}{strokes}, [[0, 0, 10, -5]], 'and told');
is($w->state('lane1')->{show}{shot}, 2, 'who comes late sees it');
for ([{ picture => 'camera' }, '/t_us'], [{ picture => 'evidence' }, '/shot'],
     [{ picture => 'film' }, '/picture'], [{ shot => 999 }, '/shot'],
     [{ strokes => [[1, 2, 3]] }, '/strokes'], [{ strokes => [[1, 'a', 3, 4]] }, '/strokes'],
     [{ strokes => [[1, 1e6, 3, 4]] }, '/strokes'], [{ strokes => 'a' }, '/strokes'],
     [{ strokes => [[(1) x 1002]] }, '/strokes'], [{ strokes => [([1 .. 4]) x 41] }, '/strokes'])
{
    my ($body, $pointer) = @$_;
    $r = show($body);
    is("$r->{status} " . ($r->{json}{errors}[0]{pointer} // ''),
       "422 $pointer", "$pointer is refused");
}
is(show({ strokes => [[(-4999.9) x 1000]] })->{status}, 200,
   'as much as may be drawn');
is(scalar @{ heard('show')->{show}{strokes}[0] }, 1000, 'fits into an event');
is($t->json('DELETE', '/api/lanes/lane1/show')->{status}, 200, 'released');
is(heard('show')->{show}, undef, 'and gone');
$sse->close;

# Rules that are wrong

my $broken = $t->put('advice.json', '{"schema":1,"drills":[],"rules":[{}]}');
$ENV{GMSHOOT_ADVICE} = $broken;
$w->stop;
$w->start;
delete $ENV{GMSHOOT_ADVICE};
ok($t->wait_for(sub { ask('lanes/lane1/advice')->{status} == 503
       && ask('lanes/lane1/advice')->{json}{type} =~ /no-advice/ },
   'an answer', 20), 'there is no advice by rules that are wrong');
like(ask('lanes/lane1/advice')->{json}{detail},
     qr{advice\.json: /rules/0/id: }, 'and they are said to be so');
is(ask('lanes/lane1/stats')->{json}{statistics}{session}{n},
   $stats->{session}{n} + 1, 'statistics go on');
is(say({ drill => 'final-shot' })->{status}, 503, 'there are no drills');
is(say({ text => 'Well done' })->{json}{tip}, 5, 'but words');
is($w->state('lane1')->{session}{tips}[3]{result}, 'passed',
   'a restart forgets nothing');
show({ shot => 1 });
$t->json('DELETE', '/api/lanes/lane1/session');
is($w->state('lane1')->{show}, undef, 'what is shown goes with the session');
is(say({ text => 'Late' })->{status}, 409, 'as does the talk');
ok($w->kept, 'the history follows');
is(join('|', map { $_->{text} } @{ ask("sessions/$state->{session}{id}")->{json}{coaching} }),
   'Mind the grip|Tired since shot ten|||Well done', 'and keeps what was said');

$w->finish;
$t->finish;
