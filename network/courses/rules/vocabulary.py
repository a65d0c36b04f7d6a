"""The words of headings and states that help where content leaves it open; none of them is ever required."""

from __future__ import annotations

import re
import unicodedata

_PLAIN = str.maketrans(
    {"ł": "l", "ı": "i", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)


def plain(text: str) -> str:
    """Return a heading or state without marks, case and doubled spaces, so that spellings compare."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(
        char for char in decomposed if not unicodedata.combining(char) and unicodedata.category(char) != "Cf"
    )
    return " ".join(kept.translate(_PLAIN).replace("’", "'").replace("_", " ").split())


def _words(text: str) -> frozenset[str]:
    return frozenset(plain(word) for word in text.replace("\n", "").split(",") if word.strip())


def _anywhere(text: str) -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, _words(text)), key=len, reverse=True)))


# ---------------------------------------------------------------- headings

FIRST_NAME = _words(
    "first name,firstname,given name,given names,forename,vorname,rufname,vornamen,prénom,prénoms,"
    "prénom(s),primer nombre,nombre de pila,nombres,nombre(s),primeiro nome,imię,imie,imię (imiona),"
    "voornaam,roepnaam,prenume,prenumele,křestní jméno,krstné meno,keresztnév,utónév,fornavn,förnamn,"
    "etunimi,eesnimi,vārds,vardas,emri,osobno ime,lično ime,μικρό όνομα,собствено име,adı,الاسم الأول,"
    "שם פרטי,名,名字,이름,first,given"
)
SURNAME = _words(
    "last name,lastname,surname,family name,familyname,nachname,familienname,zuname,nom de famille,"
    "apellido,apellidos,apellido(s),cognome,cognomi,sobrenome,apelido,apelidos,último nome,nazwisko,"
    "achternaam,familienaam,nume de familie,příjmení,priezvisko,vezetéknév,családnév,prezime,priimek,"
    "efternavn,etternavn,efternamn,sukunimi,perekonnanimi,uzvārds,pavardė,mbiemri,επώνυμο,επίθετο,"
    "прізвище,фамилия,презиме,фамилно име,soyadı,soyad,soyisim,اسم العائلة,اللقب,الشهرة,الاسم الأخير,"
    "שם משפחה,姓,姓氏,성,last,family"
)
MIDDLE_NAME = _words(
    "middle name,middle names,second name,patronymic,zweiter vorname,deuxième prénom,segundo nombre,"
    "segundo nome,secondo nome,drugie imię,drugie imie,tussenvoegsel,tussenvoegsels,voorvoegsel,"
    "по батькові,отчество,πατρώνυμο,middle,segundo apellido,apellido materno"
)
FULL_NAME = _words(
    "full name,fullname,full_name,display name,name and surname,first name / surname,"
    "first name / last name,first name/surname,surname and name,vollständiger name,vor- und nachname,"
    "vorname und nachname,vorname nachname,vorname / nachname,nachname/vorname,name vorname,nom complet,"
    "nom et prénom,nom et prénoms,prénom et nom,prénom/nom,nombre completo,nombre y apellidos,"
    "nombre / apellidos,nombre y apellido,apellidos y nombre,nome completo,nome e cognome,cognome e nome,"
    "nome e sobrenome,nome e apelido,imię i nazwisko,imię / nazwisko,nazwisko i imię,ονοματεπώνυμο,"
    "όνομα και επώνυμο,піб,п.і.б.,прізвище та ім'я,прізвище та імʼя,фио,ф.и.о.,имя и фамилия,фамилия имя,"
    "ad soyad,adı soyadı,adı/soyadı,ad ve soyad,volledige naam,voornaam achternaam,nume complet,"
    "nume și prenume,nume si prenume,jméno a příjmení,příjmení a jméno,meno a priezvisko,teljes név,"
    "ime i prezime,ime in priimek,fulde navn,fullt navn,fullständigt namn,koko nimi,الاسم الكامل,"
    "الاسم الثلاثي,שם מלא,姓名,氏名,성명,user's fullname,user fullname,student name,learner name,"
    "participant name,name of participant"
)
# Alone they head the full name, beside the other half they head their own half.
AMBIGUOUS_NAME = _words(
    "name,nom,nombre,nome,naam,nume,numele,név,jméno,meno,ime,ім'я,імʼя,имя,όνομα,ad,isim,navn,namn,nimi,"
    "emër,الاسم,اسم,שם,이름,student,students,learner,participant,participants,teilnehmer,teilnehmerin,"
    "teilnehmende,teilnehmer/in,kursteilnehmer,étudiant,apprenant,participante,alumno,alumna,estudiante,"
    "aluno,aluna,studente,partecipante,uczestnik,uczestniczka,kursant,μαθητής,συμμετέχων,учасник,"
    "участник,katılımcı,öğrenci,deelnemer,cursist,cursant,účastník,osoba,person,persona,personne,member,"
    "mitglied,user,nutzer,benutzer,utilisateur,utente,usuario,usuário,użytkownik"
)
# These head something that is no person's name, though they hold "name" in many languages.
OTHER_NAME = _anywhere(
    "user name,username,login,benutzername,anmeldename,nutzername,identifiant,utilisateur,"
    "nombre de usuario,usuario,nome utente,utilizador,nazwa,użytkownik,gebruikersnaam,utilizator,"
    "uživatelské,όνομα χρήστη,логін,логин,ім'я користувача,имя пользователя,kullanıcı,اسم المستخدم,kurs,"
    "course,cours,curso,corso,cursus,курс,group,grupp,groupe,grupo,gruppo,grupa,група,группа,company,"
    "firma,city,stadt,ville,ciudad,città,miasto,ort,country,land,pays,país,paese,kraj,institution,school,"
    "schule,école,department,organi,street,straße,rue,teacher,lehrer,trainer,mentor,tutor,role,rolle,"
    "gender,geschlecht,language,sprache,cohort,section,title,titel"
)
ADDRESS = _anywhere(
    "mail,courriel,correo,почт,пошт,ηλεκτρ,ηλ.,e-posta,eposta,البريد,بريد,דוא,邮,メール,이메일,"
    "posta elettronica,mél,e-pasts,paštas,sähköposti"
)
OTHER_ADDRESS = _anywhere(
    "second,alternat,zweit,andere,private,recovery,teacher,trainer,tutor,mentor,lehr,manager,supervisor,"
    "parent,user name,username,login,benutzername,paypal,kontakt der,betreu"
)
DONE_HEADING = _anywhere(
    "complet,abschl,abgeschl,bestand,fertig,absolv,status,state,stato,estado,statut,etat,stav,stare,"
    "certif,zertifik,passed,pass,finish,finaliz,termin,achev,reussi,valid,fini,aprob,aprov,conclu,supera,"
    "ukoncz,zaliczon,ολοκληρ,κατασταση,заверш,закон,закін,викон,выполн,зачет,статус,стан,tamam,durum,"
    "bitir,voltooi,afgerond,geslaagd,behaald,dokon,splne,absol,result,ergebnis,progress,fortschritt,"
    "graduat,done,teljes,befejez,zavrs,fullfor,gennemf,suorit,baigt,pabeig,loped,مكتمل,إكمال,اكتمال,"
    "الحالة,השלמ,完成,完了,完,수료,hotov,complé,erfolg,success,teilgenommen"
)
COURSE_HEADING = _anywhere(
    "course,kurs,cours,curso,corso,cursus,curs,курс,μαθημα,σειρα,دورة,المقرر,المساق,certif,zertifik,"
    "overall,gesamt,total,final grade,课程,コース,과정,قرص,graduat,ders"
)
NOT_DONE_DATE = _anywhere(
    "birth,geburt,naissance,nacimiento,nascita,nascimento,urodzen,γενν,народж,рожд,dogum,geboorte,nasc,"
    "enrol,einschreib,eingeschr,inscri,iscri,regist,zapis,εγγραφ,зарах,запис,kayit,inschrij,inscr,login,"
    "access,zugriff,accès,acceso,accesso,dostep,προσβ,доступ,erisim,toegang,last,letzte,dernier,ultim,"
    "ostatn,τελευτ,останн,послед,son,start,begin,beginn,debut,inicio,inizio,rozpocz,εναρξ,почат,начал,"
    "basla,created,erstellt,joined,beitritt,due,deadline,expir,gueltig,valid until,downloaded"
)
DATE_HEADING = re.compile(
    r"date|datum|fecha|data|дата|ημερομηνια|tarih|التاريخ|תאריך|日期|日|날짜|kuupaev|paiva|dato|zeit|time|\b(?:on|am|le|il)\b"
)
GRADE_HEADING = _anywhere("grade,note,punkt,point,score,nota,voto,ocena,βαθμ,оцін,оценк,puan,cijfer,%")

# ---------------------------------------------------------------- states

YES = _words(
    "1,1.0,y,yes,j,ja,jo,o,oui,s,si,sí,sim,t,tak,true,wahr,vrai,vero,verdadero,verdadeiro,prawda,истина,"
    "істина,doğru,waar,adevărat,pravda,igaz,sandt,sant,tosi,αληθές,αληθης,ναι,ν,да,так,д,evet,e,da,ano,"
    "áno,a,igen,i,kyllä,jah,jā,taip,po,hai,bai,x,✓,✔,✅,☑,✔️,√,v,是,はい,예,네,نعم,כן,हाँ,بله,ya,ndiyo,有,対,ok,"
    "okay,p,100,100%,○,◯"
)
NO = _words(
    "0,0.0,n,no,nein,non,não,nao,nie,false,falsch,faux,falso,fałsz,ложь,хибність,yanlış,onwaar,fals,"
    "nepravda,hamis,falsk,epätosi,ψευδές,ψευδης,όχι,нет,ні,hayır,h,nu,ne,nej,nei,nem,ei,nē,否,いいえ,아니요,아니오,"
    "لا,לא,नहीं,خیر,tidak,hapana,-,–,—,--,n/a,na,none,null,nil,✗,✘,❌,☐,☒,✖,×,f,f/f,?,/,never,"
    "jamais,nunca,mai,nigdy,ποτέ,ніколи,никогда,asla,nooit,niciodată,nikdy,0%"
)
NEGATION = _words(
    "not,no,non,nicht,kein,keine,ohne,pas,sans,sin,sem,senza,nie,nao,não,не,без,niet,geen,nu,fără,ne,"
    "není,bez,nem,nije,ni,ikke,inte,ej,ei,nav,nera,δεν,δε,μη,χωρίς,değil,غير,لم,ليس,לא,never,without,"
    "nunca,jamais,نیست,belum,tidak,hapana,nuk"
)
NOT_DONE = _anywhere(
    "incomplet,unvollst,unfinished,in progress,in bearbeitung,en cours,en curso,em curso,in corso,"
    "w trakcie,niezal,nieuk,nesplne,nedokon,neukon,neabsol,nebaig,nepabeig,nezavrs,nedovrs,незаверш,"
    "незакін,незакон,невикон,невыполн,inachev,inacab,inconclu,onvoltooid,onvolledig,devam ed,"
    "tamamlanmadi,σε εξελιξη,σε εξέλιξη,в процес,у процес,bezig,in curs,probiha,fail,durchgef,nichtbest,"
    "ausstehend,offen,pending,pendient,pendente,not attempted,started,reprob,reprov,echou,"
    "bocciat,oblal,nezdal,niezdan,"
    "absent,missing,fehlt,withdrawn,dropped,abgebrochen,abandon,notpassing,suspendid,suspenso,nezapo,"
    "keskener,kesken,folyamatban,未,不,미완,غير,عدم,respint,picat,kald,gezakt,jauns,enrolled,eingeschrieben,"
    "inscrit,viewed,invited,audit only,ei suoritettu"
)
DONE = _anywhere(
    "complet,abgeschl,abschluss,bestanden,absolviert,fertig,erledigt,erfolgreich,beendet,teilgenommen,"
    "termin,achev,valid,reussi,admis,aprob,aprov,apto,superad,finaliz,conclu,acabad,complt,ukoncz,"
    "zaliczon,zdan,wykonan,ολοκληρ,περασ,επιτυχ,заверш,законч,закінч,викон,выполн,зачет,зараховано,"
    "зачтен,сдан,складен,пройден,успеш,успіш,tamam,bitti,bitirdi,gecti,basari,voltooid,afgerond,geslaagd,"
    "behaald,gehaald,afgesloten,promov,splne,dokonc,ukonc,absolv,hotov,prospel,teljes,befejez,megfelel,"
    "zavrs,dovrs,koncan,polozen,opravil,fullf,avklar,godkan,bestatt,bestaet,gennemf,suorit,valmis,hyvaks,"
    "baigta,islaik,pabeigt,nokart,loped,sooritat,labi,perfund,مكتمل,اكتمل,أكمل,اجتاز,ناجح,تم ,הושל,עבר,"
    "完成,完了,合格,修了,完,완료,합격,수료,passed,passing,pass,done,finish,graduat,certif,success,downloadable,earned,"
    "achieved,mastered,ha superado,selesai,kamili,पूर्ण,تکمیل"
)
# Letters mean yes or no only beside their other half (Polish tak/nie, Turkish evet/hayır); yes comes first.
LETTER_PAIRS = frozenset("yn jn on sn tn dn an in eh tf vf wf pf pa дн тн νο".split())
