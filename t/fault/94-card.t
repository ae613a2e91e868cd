#!/usr/bin/perl

# A session as a file, of a real lane: open and ended, in all formats, from
# the lane and from the journal; the page in a browser, and the hash in its QR
# code as a telephone reads it.  And back: from a file into a history.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../lib";

use JSON::PP;
use Test::More;

use Gmshoot;
use Gmshoot::Real;

my $t = Gmshoot->new(ranges => Gmshoot::range('lane1', camera =>
    'simulate: fps=10 size=640x480 shots=100 first=0.7 interval=0.6 '
    . 'jitter=0.1 series=0 sigma=24 overlap=0 noise=0.7 seed=94'));
my $w = Gmshoot::Real->new($t);
$t->start;
$w->ready('lane1') or diag($w->log_text);

my $name = q{<script>"=1+2", b};
my $id = $t->json('POST', '/api/lanes/lane1/session', { nickname => $name })
    ->{json}{session};
my $all = "/api/lanes/lane1/sessions/$id";
ok($t->wait_for(sub {
       ($w->state('lane1')->{session}{counted} || 0) >= 4
   }, 'shots', 20), 'a session with shots');

my $open = $t->get("$all.html");
is($open->{status}, 200, 'it has a card while it is open');
unlike($open->{body}, qr/class="qr"/, 'that proves nothing yet');

my $end = $t->json('DELETE', '/api/lanes/lane1/session')->{json};
like($end->{hash}, qr/^[0-9a-f]{64}$/, 'it ends');

my %type = (csv => 'text/csv; charset=utf-8', json => 'application/json',
            svg => 'image/svg+xml', html => 'text/html; charset=utf-8');
my %got = map { $_ => $t->get("$all.$_") } sort keys %type;

for my $f (sort keys %type) {
    my $h = $got{$f}{header};
    is("$got{$f}{status} $h->{'content-type'}", "200 $type{$f}", "its $f");
    is($h->{'content-disposition'},
       ($f eq 'html' ? 'inline' : 'attachment')
           . qq{; filename="$id.$f"}, "$f has a name");
    like($h->{'content-security-policy'}, qr/^default-src 'none';/,
         "nothing in $f runs");
    unlike($got{$f}{body}, qr/<script/, "$f holds no markup of a name")
        if $f =~ /svg|html/;
}

my @lines = split(/\r\n/, $got{csv}{body});
my $json = JSON::PP->new->decode($got{json}{body});
is(scalar @lines, 1 + @{ $json->{shots} }, 'a line for each shot');
is($json->{counted}, $end->{counted}, 'and the sums of the end');
is($json->{hash}, $end->{hash}, 'and its hash');

$t->is_problem($t->get("$all.pdf"), 404, 'session-unknown', 'no other format');
$t->is_problem($t->get('/api/lanes/lane1/sessions/lane1-0-1.csv'), 404,
               'session-unknown', 'no other session');

# The journal says the same while the lane works on

my $gmshoot = "$Gmshoot::build/gmshoot";
my $state = "$t->{dir}/state";
for my $f (qw(csv svg)) {
    my $text = `$gmshoot export --state $state --format $f $id`;
    my $served = $got{$f}{body};
    $served =~ s/, [^<]*<\/text>(?=<text x="97")/, lane1<\/text>/;
    is($text, $served, "`gmshoot export` writes the same $f");
}

# Any session that was ever shot, by the history

ok($w->kept, 'the history follows');
for my $f (sort keys %type) {
    my $old = $t->get("/api/sessions/$id.$f");
    my $named = $f eq 'html' ? 'inline' : 'attachment';
    is("$old->{status} $old->{header}{'content-type'} "
           . $old->{header}{'content-disposition'},
       qq{200 $type{$f} $named; filename="$id.$f"}, "$f of the history");
    if ($f eq 'html') {
        like($old->{body}, qr/class="qr"/, 'with its code');
    } else {
        my $text = `$gmshoot export --state $state --format $f $id`;
        is($old->{body}, $text, 'is what `gmshoot export` writes');
    }
}
$t->is_problem($t->get('/api/sessions/lane1-0000000000000000-1.csv'), 404,
               'history-unknown', 'one that is none');
$t->is_problem($t->get("/api/sessions/$id.pdf"), 404, 'history-unknown',
               'nor in another format');
my $group = JSON::PP->new->decode(
    `$gmshoot export --state $state $id | $gmshoot stats`);
is($group->{n}, $end->{counted}, 'and `gmshoot stats` reads it');
$t->json('POST', '/api/lanes/lane1/session', { nickname => 'next' });
$t->json('DELETE', '/api/lanes/lane1/session');
$t->json('POST', '/api/lanes/lane1/session', { nickname => 'last' });
$t->is_problem($t->get("$all.csv"), 404, 'session-unknown',
               'the lane has forgotten it');
is(`$gmshoot export --state $state $id`, $got{csv}{body},
   'the journal has not');
like(`$gmshoot export --state $state lane1-0-1 2>&1`,
     qr/^gmshoot export: the journal of lane1 holds no session lane1-0-1$/,
     'nor what it never held');

# What was exported comes into another history, once, and out again the same

sub shots_of { # all columns but lane and session
    return join("\n", map { s/,"[^",]*","[^",]*"(?=,"stands"|,"removed")//r }
                     grep { /^\d/ } split(/\r\n/, $_[0]));
}

my $file = $t->put('exported.csv', $got{csv}{body});
my $other = "$t->{dir}/other";
mkdir($other);
like(`$gmshoot import --state $state $file`,
     qr/^\Q$id\E: there already, as \Q$id\E$/, 'it is in its own history');
like(`$gmshoot import --state $other $file`,
     qr/^\Q$id\E: \d+ shots of \S+Z, is (imported-[0-9a-f]{16}-1)$/,
     'it comes into another one');
my ($there) = `$gmshoot import --state $other $file`
    =~ /: there already, as (imported-\S+)$/m;
ok($there, 'once');
is(shots_of(scalar `$gmshoot export --state $other $there`),
   shots_of($got{csv}{body}), 'with the same shots to the last digit');
like(`$gmshoot check --state $other`, qr/^imported: right: /, 'in a chain');

$t->put('exported.csv', <<'END');
ShotMarker Archived Data (generated Sep 21 2025)

Sep 12 2025,Range day,#220 (),1887 x 1908,Any at 10m,19-1X,
,time,tags,id,score,temp C,x mm,y mm,v fps
,1:53.24 pm,sighter,S1,6,28,30,-12,500
,1:54.24 pm,,1,X,28,1,-1,501
,1:54.59 pm,,2,9,28,10,3,499

Sep 13 2025,Range day,#220 (),1887 x 1908,Any at 10m,10-0X,
,time,tags,id,score,temp C,x mm,y mm,v fps
,1:54.24 pm,,1,10,28,2,-1,501
END
my $import = "$gmshoot import --state $state --shooter elsa --caliber 4.5mm "
    . '--target issf-10m-air-pistol';
like(`$import --dry-run $file`, qr/^Range day: 3 shots .* would become /,
     'a dry run tells what would come in');
my ($in) = `$import $file` =~ /, is (imported-\S+)$/m;
my $list = '/api/sessions?shooter=elsa';
ok($t->wait_for(sub { @{ $t->json('GET', $list)->{json}{sessions} } == 2 },
                'history', 5), 'the history of a running worker has them');
my $seen_in = $t->json('GET', $list)->{json}{sessions}[1];
is("$seen_in->{id} $seen_in->{lane} $seen_in->{counted} "
   . "$seen_in->{total_rings}", "$in imported 2 19", 'marked, and counted');
is($seen_in->{source}, 'shotmarker, exported.csv, Range day',
   'it says from what file');
is($t->json('GET', "/api/sessions/$id")->{json}{session}{source}, undef,
   'one that was shot here is of none');
my $undone = `$gmshoot import --state $state --undo $in`;
is($undone, "$in is out of the history\n", 'it is undone');
ok($t->wait_for(sub { @{ $t->json('GET', $list)->{json}{sessions} } == 1 },
                'history', 5), 'and counts nowhere, another one does');
like(`$import $file`, qr/^Range day: 3 shots .*\nRange day \(2\): there /,
     'it may come in again');
ok($t->wait_for(sub { @{ $t->json('GET', $list)->{json}{sessions} } == 2 },
                'history', 5), 'and does');

# The page, as a browser shows it: of a session that ended last

$t->json('DELETE', '/api/lanes/lane1/session');
my $last = $t->json('POST', '/api/lanes/lane1/session', { nickname => $name })
    ->{json}{session};
$t->wait_for(sub { ($w->state('lane1')->{session}{counted} || 0) >= 12 },
             'shots', 20);
$end = $t->json('DELETE', '/api/lanes/lane1/session')->{json};
$t->wait_for(sub {
    $t->get("/api/sessions/$last/papers/1.jpg")->{status} == 200;
}, 'the photograph', 3);

my $alone = `$gmshoot export --state $state --format html $last`;
like($alone, qr/src="data:image\/jpeg;base64,\/9j\/[A-Za-z0-9+\/]{1000,}/,
     'the exported page has the photograph inside');
unlike($alone, qr/"\/api\//, 'and needs nothing else');

SKIP: {
    skip('no Chromium or playwright-core, or no zbarimg', 4)
        if `cd $Gmshoot::repo && node -e 'import("./t/browser/chromium.mjs")
            .then(async (m) => process.stdout.write(await m.missing()))' 2>&1`
            || !-x '/usr/bin/zbarimg';

    my $seen = eval { JSON::PP->new->decode(
        `node $Gmshoot::repo/t/browser/print-card.mjs "http://127.0.0.1:$t->{port}/api/lanes/lane1/sessions/$last.html" $t->{dir}`) } || {};
    is(join(' ', @{ $seen->{complaints} || ['none seen'] }), '',
       'a browser shows the page without a complaint');
    cmp_ok($seen->{width} || 9999, '<=', 390, 'a telephone too');
    is($seen->{pictures}, 1, 'with the photograph of the paper');
    is(`zbarimg --quiet --raw $t->{dir}/qr.png 2>/dev/null`,
       "session $last\ngmshoot check --hash $end->{hash}\n",
       'its code is read as what proves it');
    like(`$gmshoot check --state $state --hash $end->{hash}`,
         qr/the hash is that of event/, 'and `gmshoot check` finds that');
}

$w->finish;
$t->finish;
